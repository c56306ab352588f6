import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { replaceChains } from '../../clickhouse/chains';
import { setGoal } from '../../clickhouse/goals';
import { readTotals } from '../../clickhouse/queries/totals';
import { registerShops } from '../../clickhouse/shops';
import { totalsAreSound, verifyTotals } from '../../clickhouse/totals/verify';
import { type Config } from '../../config';
import { DEMO_CHAINS, demoGoals, demoRegister } from '../../demo/register';
import { DEMO_DEFAULTS, type DemoRegion, makeDemoRegion } from '../../demo/region';
import { addDays, firstDay, instantOf, lastDay } from '../../domain/calendar';
import { type Totals } from '../../domain/measures';
import { groupYuan } from '../../domain/money';
import { terminal } from '../../errors';
import { addAccount } from '../../operations/accounts';
import { deploymentOf } from '../../operations/deployment';
import { type OpenContext, openContext } from '../../operations/open';
import { type NightResult } from '../../queue/night';
import { displayName } from '../../platforms/registry';
import { type Io, table } from '../io';
import { amountsJson, yuan } from '../money';
import { whenToldToStop } from '../stopping';
import { apiScript, inheritedEnv } from '../worker-script';
import { nightJson, runNightInWorker } from './night';
import { paceText } from './pace';

const MARKER = 'demo.json';
const RECIPIENT = 'commerce-bureau@demo.invalid';
const REGION = '示例盟（虚构）';

export interface DemoOptions {
  /** Go on serving the API and the dashboard over the demo's data, until stopped. */
  readonly serve?: boolean;
}

/** demo makes a fictional year, runs its nights and shows what the bureau would get; it can be run again. */
export async function demo(io: Io, config: Config, { serve = false }: DemoOptions = {}): Promise<boolean> {
  const began = Date.now();
  const { year, asOf } = DEMO_DEFAULTS;
  const home = config.homeIsSet ? config.home : join(config.home, 'demo');
  await claimHome(home);
  // The demo's year is fixed, whatever the clock of the machine says: it stands on the morning after its last night.
  const clock = `${addDays(asOf, 2)} 09:00:00`;
  const env = {
    PACELINE_HOME: home,
    PACELINE_CLOCK: clock,
    ALERT_TO: RECIPIENT,
    PACELINE_REGION: REGION,
    SMTP_URL: '',
    CLICKHOUSE_URL: '',
    CLICKHOUSE_CLUSTER: '',
    CLICKHOUSE_SHARDS: '',
    REDIS_URL: '',
    SMTP_URL_FILE: '',
    CLICKHOUSE_URL_FILE: '',
    REDIS_URL_FILE: '',
    ALERT_ROBOTS: '',
    ALERT_ROBOTS_FILE: '',
  };
  const demoConfig: Config = {
    ...config,
    home,
    outbox: join(home, 'outbox'),
    alerts: { ...config.alerts, to: [RECIPIENT] },
    region: REGION,
    clickhouseUrl: undefined,
    smtpUrl: undefined,
    redisUrl: undefined,
    now: () => new Date(instantOf(clock)),
  };
  io.note(`Making the exports of a fictional region, 1:1000 of the 60-billion-yuan goal, under ${shown(home)} …`);
  const region = await makeDemoRegion({
    ...DEMO_DEFAULTS,
    outDir: join(home, 'inbox'),
    onProgress: ({ done, files, path }) => io.progress(`${done} of ${files}: ${relative(home, path)}`),
  });
  io.note(
    `${region.files.length} files, ${region.orders} orders, ${(region.bytes / 1e6).toFixed(0)} MB in ${seconds(began)} s`,
  );
  const context = await openContext(deploymentOf(demoConfig, io.log));
  try {
    const set = { year, measure: 'net' as const, amount: region.goal, setOn: firstDay(year) };
    for (const goal of [set, ...demoGoals(year, region.goal)]) await setGoal(context.db, goal, context.now());
    await replaceChains(context.db, DEMO_CHAINS, context.now());
    await registerShops(context.db, demoRegister(year - 1), context.now());
    const nights: NightResult[] = [];
    for (const [index, { folder }] of region.nights.entries()) {
      io.note(`Night ${index + 1} of ${region.nights.length}: ${relative(home, folder)} …`);
      nights.push(await runNightInWorker(io, { now: context.now, env }, { inbox: folder, asOf }));
    }
    const outcome = await outcomeOf(context, region, nights);
    io.answer(
      {
        scale: '1:1000',
        home,
        seconds: Number(seconds(began)),
        asOf,
        files: region.files.length,
        orders: region.orders,
        totals: outcome.rows,
        total: outcome.total,
        matchesTruth: outcome.matches,
        verified: outcome.verified,
        nights: nights.map(nightJson),
        mails: nights.flatMap(({ alerts }) => alerts.map(({ detail }) => detail)),
      },
      () => demoText(home, region, nights, outcome, seconds(began)),
    );
    const good = outcome.matches && outcome.verified && nights.every(({ failed }) => failed.length === 0);
    return serve ? (await served(io, context, env)) && good : good;
  } finally {
    await context.close();
  }
}

const DEMO_USER = 'demo';

/** The context is held meanwhile: it keeps the engine that the API's process joins. */
async function served(io: Io, context: OpenContext, env: Readonly<Record<string, string>>): Promise<boolean> {
  const password = randomBytes(9).toString('base64url');
  await addAccount(context, { name: DEMO_USER, password, role: 'operator', limit: {} }, 'demo');
  const api = fork(apiScript(), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...inheritedEnv(), ...env, PACELINE_METRICS_LISTEN: 'off' },
  });
  let said = '';
  api.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2_000)));
  whenToldToStop(() => void api.kill('SIGTERM'));
  api.once('message', (message: { readonly url: string }) => {
    const { url } = message;
    io.answer({ url, user: DEMO_USER, password }, () =>
      ['', `${url} is open: sign in as ${DEMO_USER} with the password ${password}`, 'Ctrl-C ends it.'].join('\n'),
    );
  });
  return await new Promise((resolve, reject) => {
    api.once('error', reject);
    api.once('close', (code) => {
      if (code !== 0) io.note(said);
      resolve(code === 0);
    });
  });
}

const seconds = (began: number): string => ((Date.now() - began) / 1000).toFixed(1);
const shown = (path: string): string => relative(process.cwd(), path) || '.';

/** A home that a demo made is emptied; any other that holds something is left alone. */
async function claimHome(home: string): Promise<void> {
  const held = existsSync(home) ? await readdir(home) : [];
  if (held.length > 0 && !held.includes(MARKER)) {
    throw terminal(
      'usage',
      `${home} holds data that no demo made, so the demo will not write there`,
      'Unset PACELINE_HOME (the demo then uses var/demo), or point it at an empty folder.',
      { home },
    );
  }
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, MARKER), '{"made by": "npx paceline demo", "data": "fictional"}\n');
  for (const name of held) if (name !== MARKER) await rm(join(home, name), { recursive: true, force: true });
}

interface DemoOutcome {
  readonly rows: readonly Record<string, unknown>[];
  readonly total: Record<string, unknown>;
  readonly table: string;
  readonly matches: boolean;
  readonly verified: boolean;
}

async function outcomeOf(
  context: OpenContext,
  region: DemoRegion,
  nights: readonly NightResult[],
): Promise<DemoOutcome> {
  const { year } = DEMO_DEFAULTS;
  const answer = await readTotals(context.db, {
    from: firstDay(year - 1),
    to: lastDay(year),
    by: ['platform', 'month'],
  });
  const byPlatform = await readTotals(context.db, { from: firstDay(year), to: lastDay(year), by: ['platform'] });
  const verification = await verifyTotals(context.db);
  const figures = (totals: Totals): string[] => [
    String(totals.paidOrders),
    groupYuan(totals.gross),
    groupYuan(totals.booked),
    groupYuan(totals.refunded),
    groupYuan(totals.net),
  ];
  const json = (totals: Totals): Record<string, unknown> => ({ paidOrders: totals.paidOrders, ...amountsJson(totals) });
  return {
    rows: byPlatform.rows.map(({ dimensions, totals }) => ({ ...dimensions, ...json(totals) })),
    total: json(byPlatform.total),
    table: table(
      ['platform', 'paid orders', 'gross yuan', 'booked yuan', 'refunded yuan', 'net yuan'],
      [
        ...byPlatform.rows.map(({ dimensions, totals }) => [
          displayName(dimensions.platform ?? ''),
          ...figures(totals),
        ]),
        ['total', ...figures(byPlatform.total)],
      ],
      ['paid orders', 'gross yuan', 'booked yuan', 'refunded yuan', 'net yuan'],
    ),
    matches: nights.length === region.nights.length && sameAsTruth(region, answer.rows),
    verified: verification.stale.length === 0 && totalsAreSound(verification),
  };
}

function sameAsTruth(region: DemoRegion, rows: Awaited<ReturnType<typeof readTotals>>['rows']): boolean {
  const text = (platform: string, month: string, totals: Totals): string =>
    [
      platform,
      month,
      totals.paidOrders,
      totals.quantity,
      totals.gross,
      totals.shipping,
      totals.subsidy,
      totals.refunded,
      totals.net,
    ].join(' ');
  const found = rows.map(({ dimensions, totals }) => text(dimensions.platform ?? '', dimensions.month ?? '', totals));
  const truth = region.truth.byPlatformAndMonth.map((row) => text(row.platform, row.month, row.totals));
  return [...found].sort().join('\n') === [...truth].sort().join('\n');
}

function demoText(
  home: string,
  region: DemoRegion,
  nights: readonly NightResult[],
  outcome: DemoOutcome,
  took: string,
): string {
  const last = nights.at(-1);
  const files = nights.flatMap((night) => night.files);
  const refused = files.filter(({ status }) => status === 'refused' || status === 'held');
  const late = region.files.filter(({ kind }) => kind === 'late');
  const mails = nights.flatMap(({ alerts }) => alerts);
  return [
    '',
    outcome.table,
    '',
    `${files.filter(({ status }) => status === 'committed').length} files committed; late: ${late.map(({ path }) => relative(home, path)).join(', ') || 'none'}`,
    ...refused.map(
      ({ path, status, error }) => `${status}: ${relative(home, path)}: ${error?.message.replace(path, 'it') ?? ''}`,
    ),
    outcome.matches
      ? 'totals equal the generator’s own account, to the fen'
      : 'TOTALS DIFFER FROM THE GENERATOR’S OWN ACCOUNT',
    outcome.verified ? 'totals equal the orders (verify)' : 'TOTALS DIFFER FROM THE ORDERS',
    '',
    last?.pace ? paceText(last.pace) : 'the pace was not measured',
    '',
    ...mails.map(({ recipient, outcome: how, detail }) => `alert mail ${how} for ${recipient}: ${shown(detail)}`),
    '',
    `goal ${yuan(region.goal)}: 1:1000 of the 60 billion, for a region that does not exist. ${took} s.`,
    `everything lies in ${shown(home)}: inbox (exports), engine (ClickHouse), queue, outbox (mails). Go on with`,
    ...[
      'totals --by month',
      'pace --as-of ' + DEMO_DEFAULTS.asOf,
      'alert --as-of ' + DEMO_DEFAULTS.asOf,
      'files',
      'verify',
    ].map((command) => `  PACELINE_HOME=${shown(home)} npx paceline ${command}`),
  ].join('\n');
}
