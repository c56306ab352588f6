import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { serverVersion } from '../../clickhouse/client';
import { listRecipients } from '../../clickhouse/recipients';
import { rowsOnReplicas } from '../../clickhouse/shards';
import { type Config } from '../../config';
import { PipelineError } from '../../errors';
import { deploymentOf } from '../../operations/deployment';
import { openContext } from '../../operations/open';
import { checkMailServer } from '../../mail/deliver';
import { type Io, table } from '../io';

interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  readonly advice: string;
}

const SUPPORTED_NODE = [20, 19] as const;
const LOW_DISK_GIB = 5;

/** doctor checks the machine, the configuration and the stores and says what to do about what it finds. */
export async function doctor(io: Io, config: Config): Promise<boolean> {
  const findings: Finding[] = [nodeVersion()];
  for (const [check, examine] of [
    ['folder of the state', () => home(config)],
    ['ClickHouse', () => store(io, config)],
    ...(config.cluster === null ? [] : [['shards', () => shards(io, config)] as const]),
    ['queue', () => queue(io, config)],
    ['mail', () => mail(config)],
    ['recipients', () => recipients(io, config)],
  ] as const) {
    io.progress(`checking ${check}`);
    findings.push(await examined(check, examine));
  }
  const good = findings.every(({ state }) => state !== 'failed');
  io.answer({ ok: good, findings }, () =>
    [
      table(
        ['check', 'state', 'found'],
        findings.map(({ check, state, found }) => [check, state, found]),
        [],
      ),
      ...findings.filter(({ advice }) => advice !== '').map(({ check, advice }) => `${check}: ${advice}`),
    ].join('\n'),
  );
  return good;
}

async function examined(check: string, examine: () => Promise<Omit<Finding, 'check'>>): Promise<Finding> {
  try {
    return { check, ...(await examine()) };
  } catch (error) {
    const known = error instanceof PipelineError;
    const found = error instanceof Error ? error.message : String(error);
    return {
      check,
      state: 'failed',
      found,
      advice: known ? error.advice : 'Report this with the output of this command.',
    };
  }
}

const ok = (found: string): Omit<Finding, 'check'> => ({ state: 'ok', found, advice: '' });

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > SUPPORTED_NODE[0] || (major === SUPPORTED_NODE[0] && minor >= SUPPORTED_NODE[1]);
  return {
    check: 'Node.js',
    state: good ? 'ok' : 'failed',
    found: `${process.versions.node} on ${process.platform}-${process.arch}`,
    advice: good ? '' : `Install Node.js ${SUPPORTED_NODE.join('.')} or newer.`,
  };
}

async function home(config: Config): Promise<Omit<Finding, 'check'>> {
  await mkdir(config.home, { recursive: true });
  await access(config.home, constants.W_OK);
  const disk = await statfs(config.home);
  const freeGib = (disk.bavail * disk.bsize) / 2 ** 30;
  const found = `${config.home}, ${freeGib.toFixed(1)} GiB free`;
  if (freeGib >= LOW_DISK_GIB) return ok(found);
  return { state: 'warning', found, advice: `Less than ${LOW_DISK_GIB} GiB are free: a year of a region needs more.` };
}

async function store(io: Io, config: Config): Promise<Omit<Finding, 'check'>> {
  const context = await openContext(deploymentOf(config, io.log));
  try {
    const version = await serverVersion(context.db);
    return ok(
      `${config.clickhouseUrl === undefined ? 'embedded engine' : 'server'}, version ${version}, schema up to date`,
    );
  } finally {
    await context.close();
  }
}

async function shards(io: Io, config: Config): Promise<Omit<Finding, 'check'>> {
  const context = await openContext(deploymentOf(config, io.log));
  try {
    const rows = await rowsOnReplicas(context.db);
    const each = rows.map((count, index) => `${config.cluster?.urls.flat()[index]} with ${count} rows of orders`);
    return ok(`cluster ${config.cluster?.name}: ${each.join(', ')}`);
  } finally {
    await context.close();
  }
}

async function queue(io: Io, config: Config): Promise<Omit<Finding, 'check'>> {
  const { redisUrl } = config;
  const settings = { dataDir: config.queueDir, ...(redisUrl === undefined ? {} : { redisUrl }) };
  try {
    const { openQueueBackend } = await import('../../queue/open.js');
    await (await openQueueBackend(settings, io.log)).close();
  } catch (error) {
    // A night at work holds the embedded queue: that is as it should be.
    if (error instanceof PipelineError && error.code === 'queue-locked') return ok('embedded queue, in use by a night');
    throw error;
  }
  return ok(redisUrl === undefined ? 'embedded queue' : `Redis at ${new URL(redisUrl).host}`);
}

async function mail(config: Config): Promise<Omit<Finding, 'check'>> {
  if (config.smtpUrl === undefined) {
    return {
      state: 'warning',
      found: `no SMTP_URL: mails are written to ${config.outbox}, not sent`,
      advice: 'Set SMTP_URL and MAIL_FROM to send them.',
    };
  }
  return ok(`${await checkMailServer(config.smtpUrl)} answers`);
}

/** The store is asked only where ALERT_TO names nobody: whether it can be opened is told by its own check. */
async function recipients(io: Io, config: Config): Promise<Omit<Finding, 'check'>> {
  const { to } = config.alerts;
  if (to.length > 0) return ok(`${to.length} in ALERT_TO`);
  const listed = await openContext(deploymentOf(config, io.log)).then(
    async (context) => await listRecipients(context.db).finally(async () => await context.close()),
    () => [],
  );
  if (listed.length > 0) return ok(`${listed.length} by "recipients add"`);
  return {
    state: 'warning',
    found: 'none: alerts have nobody to reach',
    advice: 'Set ALERT_TO to the addresses of the commerce bureau, or: npx paceline recipients add <address>.',
  };
}
