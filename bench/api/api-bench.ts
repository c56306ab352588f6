import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { readConfig } from '../../src/config';
import { DIMENSIONS } from '../../src/domain/measures';
import { formatYuan } from '../../src/domain/money';
import { silentLogger } from '../../src/log';
import { addAccount, makeToken } from '../../src/operations/accounts';
import { deploymentOf } from '../../src/operations/deployment';
import { openContext } from '../../src/operations/open';
import { type Bench, type BenchOptions, type BenchResult } from '../bench';
import { fillStore } from '../growth/fill';
import { type StorePlan, STORES } from '../growth/plan';
import { pidOfEngine } from '../ingest-command';
import { untilEnded } from '../process-meter';
import { inTemporaryFolder } from '../temporary-folder';
import { firstPage } from './first-page';
import { answersUnder, type Answered } from './load';
import { neverAsked, OVERVIEW, TOTALS } from './questions';
import { apiReport, apiText, type Load, LOADS, percentile, type Served } from './report';
import { withApi } from './served';

/** The smallest of those that are spread over years and platforms, and the largest. */
const PLANS = STORES.filter(({ id }) => id === 'spread1m' || id === 'spread50m');
/** An order takes 70 bytes on disk, and merging parts holds them twice for a while. */
const BYTES_PER_ORDER = 150;

const CLIENTS = 50;
const SECONDS = 20;
/** Of the load of one call: how many calls, one after the other, and for how long each. */
const CALLS = DIMENSIONS.length;
const SECONDS_OF_CALL = 10;
/** The evening of the last day on which anything was sold. */
const CLOCK = '2026-12-31 22:00:00';
const SETTINGS = {
  PACELINE_CLOCK: CLOCK,
  PACELINE_METRICS_LISTEN: 'off',
  // All clients have one address.
  PACELINE_HTTP_REQUESTS_A_MINUTE: '10000000',
};
const LOGIN = { name: 'bench', password: 'a long enough password' } as const;
const PAGES = 5;
const YEAR = { from: '2026-01-01', to: '2026-12-31' } as const;

/** benchApi fills the stores and asks the API of each what analysts ask. */
export const benchApi: Bench = (options) => {
  const orders = PLANS.reduce((sum, plan) => sum + plan.orders, 0);
  return inTemporaryFolder(orders * options.scale * BYTES_PER_ORDER, (folder) => measureIn(folder, options));
};

async function measureIn(folder: string, { scale, seed, progress }: BenchOptions): Promise<BenchResult> {
  const served: Served[] = [];
  const loads: string[] = [];
  for (const given of PLANS) {
    const plan = { ...given, orders: Math.round(given.orders * scale) };
    const home = join(folder, plan.id);
    const began = performance.now();
    const { token, gross } = await filled(home, plan);
    progress(`filled ${plan.id} with ${plan.orders} orders in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const answered: Partial<Record<Load, Answered>> = {};
    for (const load of LOADS) {
      const before = loadavg()[0] ?? 0;
      loads.push(before.toFixed(1));
      // Each begins with a process and an engine that were never asked anything.
      answered[load] = await withApi(home, SETTINGS, async (url) => {
        const result = await UNDER[load]({ url, token }, seed);
        await requireGross(url, token, gross);
        return result;
      });
      progress(`${plan.id}, ${load}: ${answered[load].ms.length} answers`);
    }
    const pageMs = await withApi(home, SETTINGS, (url) => firstPage(url, LOGIN, PAGES));
    progress(`${plan.id}, first page: ${pageMs === null ? 'no Chromium' : `${pageMs.length} times`}`);
    served.push({ id: plan.id, orders: plan.orders, answered: answered as Record<Load, Answered>, pageMs });
  }
  const report = apiReport(served, [
    `Overview: the ${OVERVIEW.length} requests of that page. Totals: ${TOTALS.length} different questions. Both over and over by ${CLIENTS} clients that never pause, each beginning at another question. One call: ${CALLS} calls that were never made before, one by each dimension, each by all clients at once for ${SECONDS_OF_CALL} s; the figures are those of the call with the longest p99. Never asked: each question is of another period, by the ${DIMENSIONS.length} dimensions in turn.`,
    `Each other load lasts ${SECONDS} s; all begin with a process and an engine just started: first answers count too. Every answer is sent whole, also where a browser would be told that it has it already.`,
    'The stores hold their orders evenly over four platforms and the days of four years, one shop for each 250,000 orders; every shop and night has its file in the ledger, every shop is registered. The year of a store was asked after each load and equals what its totals say.',
    `The first page is the overview in Chromium, ${PAGES} times in a browser that was never there, the first of them of a process and an engine just started; it is there when its figures stand and its chart is drawn.`,
    `${cpus().length} cores for the clients, the API and its engine together; load of the machine before each: ${loads.join(', ')}.`,
  ]);
  return { report, text: apiText(report) };
}

interface At {
  readonly url: string;
  readonly token: string;
}

/** What the clients of each load ask. */
const UNDER: Readonly<Record<Load, (at: At, seed: number) => Promise<Answered>>> = {
  overview: (at) => answersUnder({ ...at, seconds: SECONDS, clients: CLIENTS, asked: OVERVIEW }),
  totals: (at) => answersUnder({ ...at, seconds: SECONDS, clients: CLIENTS, asked: TOTALS }),
  'one call': worstOfCalls,
  'never asked, 1 client': (at, seed) => answersUnder({ ...at, seconds: SECONDS, clients: 1, asked: neverAsked(seed) }),
  'never asked, 50 clients': (at, seed) =>
    answersUnder({ ...at, seconds: SECONDS, clients: CLIENTS, asked: neverAsked(seed) }),
};

/** Calls that nobody made before, each by all clients at once and again and again; the one whose p99 is the longest. */
async function worstOfCalls(at: At, seed: number): Promise<Answered> {
  const calls = neverAsked(seed);
  let worst: Answered | null = null;
  for (let call = 0; call < CALLS; call += 1) {
    const asked = [calls.next().value];
    const answered = await answersUnder({ ...at, seconds: SECONDS_OF_CALL, clients: CLIENTS, asked });
    if (worst === null || percentile(answered.ms, 0.99) > percentile(worst.ms, 0.99)) worst = answered;
  }
  if (worst === null) throw new Error('no call was made');
  return worst;
}

/** Fills a store and makes an analyst's token; `gross` is what the store holds of the year, in yuan. */
async function filled(home: string, plan: StorePlan): Promise<{ readonly token: string; readonly gross: string }> {
  const context = await openContext(deploymentOf(readConfig({ PACELINE_HOME: home, ...SETTINGS }), silentLogger));
  const engine = pidOfEngine(join(home, 'engine'));
  try {
    await fillStore(context.db, plan, context.now);
    const account = { name: LOGIN.name, role: 'analyst', limit: {} } as const;
    await addAccount(context, { ...account, password: LOGIN.password }, 'bench');
    const { token } = await makeToken(context, account, { label: 'bench', role: 'analyst', days: 1 });
    const { total } = await readTotals(context.db, { ...YEAR, by: [] });
    return { token, gross: formatYuan(total.gross) };
  } finally {
    await context.close();
    if (engine !== null) await untilEnded(engine);
  }
}

const yearAnswer = z.object({ total: z.object({ gross: z.string() }) });

async function requireGross(url: string, token: string, gross: string): Promise<void> {
  const response = await fetch(`${url}/v1/totals?year=2026`, { headers: { authorization: `Bearer ${token}` } });
  const { total } = yearAnswer.parse(await response.json());
  if (total.gross !== gross) throw new Error(`the API says ${total.gross} yuan of 2026 and the store ${gross}`);
}
