import { isIP } from 'node:net';
import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from './domain/alert-settings';
import { instantOf } from './domain/calendar';
import { NIGHT_TIME } from './domain/night-time';
import { checkSettings, DEFAULT_PACE_SETTINGS, type PaceSettings } from './domain/pace-state';
import { parseRobots, type Robot, robotOf } from './domain/recipients';
import { REPORT_PERIODS } from './domain/report-alerts';
import { DEFAULT_USUAL_SETTINGS, USUAL_SNAPSHOTS, type UsualSettings } from './domain/usual';
import { terminal } from './errors';

/** Config is the whole configuration of a process, parsed and cross-checked once at its start. */
export interface Config {
  readonly home: string;
  /** Whether PACELINE_HOME was set, so that the demo knows whose folder it writes into. */
  readonly homeIsSet: boolean;
  readonly inbox: string;
  /** Nobody named another one: it is made where it is missing. */
  readonly ownInbox: boolean;
  /** Time of day at which a night begins, Asia/Shanghai, `HH:MM`. */
  readonly nightAt: string;
  readonly outbox: string;
  /** Where nights put originals that are loaded, and those that are refused. */
  readonly archive: string;
  readonly refused: string;
  readonly archiveDays: number;
  /** Files that one worker process loads at the same time; as many as the queue says where it is not set. */
  readonly filesAtOnce: number | undefined;
  /** Where a process that serves answers questions about itself; null: nowhere. */
  readonly metricsAt: { readonly host: string; readonly port: number } | null;
  /** Where a process that serves answers the API; null: nowhere. */
  readonly httpAt: { readonly host: string; readonly port: number } | null;
  /** The address under which browsers reach it. */
  readonly httpUrl: string;
  /** Requests that the API answers to one address. */
  readonly httpRequestsAMinute: number;
  /** Proxies that are believed for whom they ask. */
  readonly trustedProxies: readonly string[];
  /** Where a process that serves the API answers analysts' programs by SQL; null: nowhere. */
  readonly sqlAt: { readonly host: string; readonly port: number } | null;
  /** The same, where it was set: what mails link to. */
  readonly pagesUrl: string | undefined;
  /** Folder of the embedded queue. */
  readonly queueDir: string;
  readonly clickhouseUrl: string | undefined;
  readonly clickhouseDatabase: string;
  /** A cluster over which rows of orders are spread, and the HTTP addresses of the replicas of each shard; null: none. */
  readonly cluster: { readonly name: string; readonly urls: readonly (readonly string[])[] } | null;
  readonly redisUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly alerts: AlertSettings;
  readonly region: string;
  readonly maxRejectShare: number;
  readonly usual: UsualSettings;
  readonly keepDays: number;
  readonly archivePassword: string | undefined;
  readonly pace: PaceSettings;
  /** The clock of this process; a fixed one only for demonstrations and tests. */
  readonly now: () => Date;
}

const share = z.coerce.number().min(0).max(1);
const NAMED_NETWORKS: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  return (
    NAMED_NETWORKS.has(text) ||
    (isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= 128 && more.length === 0)
  );
}

const urlOf = (...protocols: string[]) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      message: `must be a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    })
    .optional();
const address = z.email();
const LISTEN = /^\[?([0-9A-Za-z.:-]+?)\]?:(\d{1,5})$/;
const LAST_PORT = 65_535;
const hostAndPort = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .refine((text) => text === 'off' || (listenAt(text)?.port ?? LAST_PORT + 1) <= LAST_PORT, {
      message: 'must be host:port, or off',
    });
/** What may hold a password can also be read from a file, which other users of the machine cannot see in a list of processes. */
const SECRETS = ['PACELINE_ARCHIVE_PASSWORD', 'CLICKHOUSE_URL', 'REDIS_URL', 'SMTP_URL', 'ALERT_ROBOTS'] as const;

const listOf = (text: string, between = ','): string[] =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Shards have the user of CLICKHOUSE_URL, so that no password stands where others can read it. */
function isBareAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

const variables = z.object({
  PACELINE_HOME: z.string().optional(),
  PACELINE_INBOX: z.string().optional(),
  PACELINE_ARCHIVE: z.string().optional(),
  PACELINE_REFUSED: z.string().optional(),
  PACELINE_ARCHIVE_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  PACELINE_FILES_AT_ONCE: z.coerce.number().int().min(1).max(64).optional(),
  PACELINE_NIGHT_AT: z.string().regex(NIGHT_TIME, 'must be a time of day, HH:MM').default('02:30'),
  PACELINE_METRICS_LISTEN: hostAndPort('127.0.0.1:9464'),
  PACELINE_HTTP_HOST: z
    .string()
    .regex(/^[0-9A-Za-z.:-]+$/, 'must be a host name or an address')
    .default('127.0.0.1'),
  PACELINE_HTTP_PORT: z
    .string()
    .default('8480')
    .refine((text) => text === 'off' || (/^\d{1,5}$/.test(text) && Number(text) <= LAST_PORT), {
      message: 'must be a port, or off',
    }),
  PACELINE_SQL_LISTEN: hostAndPort('off'),
  PACELINE_HTTP_URL: urlOf('http:', 'https:'),
  PACELINE_HTTP_REQUESTS_A_MINUTE: z.coerce.number().int().min(60).max(10_000_000).default(1200),
  PACELINE_TRUSTED_PROXIES: z
    .string()
    .default('loopback')
    .transform((list) => list.split(',').map((each) => each.trim()))
    .refine((all) => all.every(isNetwork), {
      message:
        'must be addresses, networks such as 10.0.0.0/8, loopback, linklocal or uniquelocal, with commas between',
    }),
  PACELINE_REGION: z.string().default('内蒙古自治区'),
  PACELINE_MAX_REJECT_SHARE: share.default(0.01),
  PACELINE_USUAL_FACTOR: z.coerce.number().min(1.1).max(1000).default(DEFAULT_USUAL_SETTINGS.factor),
  PACELINE_USUAL_AFTER: z.coerce.number().int().min(3).max(USUAL_SNAPSHOTS).default(DEFAULT_USUAL_SETTINGS.atLeast),
  PACELINE_KEEP_DAYS: z.coerce.number().int().min(1).max(3650).default(60),
  PACELINE_ARCHIVE_PASSWORD: z.string().optional(),
  PACELINE_CLOCK: z
    .string()
    .refine((text) => !Number.isNaN(instantOf(text)), { message: 'must be a Shanghai time, YYYY-MM-DD HH:MM:SS' })
    .optional(),
  PACE_BEHIND_BELOW: share.default(DEFAULT_PACE_SETTINGS.behindBelow),
  PACE_AT_RISK_BELOW: share.default(DEFAULT_PACE_SETTINGS.atRiskBelow),
  PACE_ON_TRACK_ABOVE: share.default(DEFAULT_PACE_SETTINGS.onTrackAbove),
  PACE_MIN_DAYS: z.coerce.number().int().min(1).max(60).default(DEFAULT_PACE_SETTINGS.minDays),
  PACE_NOT_BEFORE: z
    .string()
    .regex(/^\d{2}-\d{2}$/, 'must be a month and day, MM-DD')
    .default(DEFAULT_PACE_SETTINGS.notBefore),
  PACE_DAYS_AFTER_FESTIVAL: z.coerce.number().int().min(0).max(60).default(DEFAULT_PACE_SETTINGS.daysAfterFestival),
  PACE_MAX_LAG_DAYS: z.coerce.number().int().min(0).max(60).default(DEFAULT_PACE_SETTINGS.maxLagDays),
  CLICKHOUSE_URL: urlOf('http:', 'https:'),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and _')
    .default('paceline'),
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'must be letters, digits, _ and -')
    .optional(),
  CLICKHOUSE_SHARDS: z
    .string()
    .default('')
    .transform((text) => listOf(text).map((shard) => listOf(shard, '|')))
    .refine((shards) => shards.flat().every(isBareAddress) && new Set(shards.flat()).size === shards.flat().length, {
      message:
        'must be different addresses like http://host:8123, without a user: shards with commas between them, replicas of a shard with |',
    }),
  REDIS_URL: urlOf('redis:', 'rediss:'),
  SMTP_URL: urlOf('smtp:', 'smtps:'),
  MAIL_FROM: z.string().optional(),
  ALERT_TO: z
    .string()
    .default('')
    .transform((text) => listOf(text))
    .refine((list) => list.every((part) => robotOf(part) !== null || address.safeParse(part).success), {
      message: 'must be e-mail addresses, or robot:<name>, separated by commas',
    }),
  ALERT_ROBOTS: z
    .string()
    .default('')
    .transform((text, context): Robot[] => {
      const robots = parseRobots(text);
      if (robots === null)
        context.addIssue('must be name=dingtalk:<address>#<secret> or name=wecom:<address>, by commas');
      return robots ?? [];
    }),
  ALERT_AT_RISK: z.enum(['on', 'off']).default('off'),
  ALERT_REMIND_DAYS: z.coerce.number().int().min(1).max(366).default(DEFAULT_ALERT_SETTINGS.pace.remindDays),
  ALERT_GRACE_DAYS: z.coerce.number().int().min(0).max(60).default(DEFAULT_ALERT_SETTINGS.data.graceDays),
  ALERT_REPORTS: z
    .string()
    .default(REPORT_PERIODS.join(','))
    .transform((text) => (text === 'none' ? [] : listOf(text)))
    .pipe(z.array(z.enum(REPORT_PERIODS))),
});

/** VariableName is every variable that is read; the secrets also under the name of a file. */
export type VariableName = keyof z.input<typeof variables> | `${(typeof SECRETS)[number]}_FILE`;

/**
 * readConfig parses the environment.
 * @throws PipelineError `config-invalid` naming every variable that is wrong, without its value
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.entries({ ...env, ...secretsIn(env) });
  // A blank one is one that is not set: compose files set what nobody filled in.
  const parsed = variables.safeParse(Object.fromEntries(given.filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw terminal('config-invalid', `the configuration is wrong: ${faults.join('; ')}`, 'See the table in README.md.');
  }
  const value = parsed.data;
  if (value.SMTP_URL !== undefined && value.MAIL_FROM === undefined) {
    throw terminal(
      'config-invalid',
      'SMTP_URL is set but MAIL_FROM is not',
      'Set MAIL_FROM to the sender of the mails.',
    );
  }
  const strangers = value.ALERT_TO.map(robotOf).filter(
    (name) => name !== null && !value.ALERT_ROBOTS.some((robot) => robot.name === name),
  );
  if (strangers.length > 0) {
    throw terminal('config-invalid', 'ALERT_TO names a robot that ALERT_ROBOTS does not', 'Write it robot:<its name>.');
  }
  const pace: PaceSettings = {
    behindBelow: value.PACE_BEHIND_BELOW,
    atRiskBelow: value.PACE_AT_RISK_BELOW,
    onTrackAbove: value.PACE_ON_TRACK_ABOVE,
    minDays: value.PACE_MIN_DAYS,
    notBefore: value.PACE_NOT_BEFORE,
    daysAfterFestival: value.PACE_DAYS_AFTER_FESTIVAL,
    maxLagDays: value.PACE_MAX_LAG_DAYS,
  };
  checkSettings(pace);
  const home = resolve(value.PACELINE_HOME ?? 'var');
  const inbox = value.PACELINE_INBOX ?? join(home, 'inbox');
  const clock = value.PACELINE_CLOCK;
  return {
    home,
    homeIsSet: value.PACELINE_HOME !== undefined,
    inbox: isAbsolute(inbox) ? inbox : resolve(inbox),
    ownInbox: value.PACELINE_INBOX === undefined,
    nightAt: value.PACELINE_NIGHT_AT,
    metricsAt: listenAt(value.PACELINE_METRICS_LISTEN),
    httpAt:
      value.PACELINE_HTTP_PORT === 'off'
        ? null
        : { host: value.PACELINE_HTTP_HOST, port: Number(value.PACELINE_HTTP_PORT) },
    sqlAt: listenAt(value.PACELINE_SQL_LISTEN),
    pagesUrl: value.PACELINE_HTTP_URL,
    httpRequestsAMinute: value.PACELINE_HTTP_REQUESTS_A_MINUTE,
    trustedProxies: value.PACELINE_TRUSTED_PROXIES,
    httpUrl: value.PACELINE_HTTP_URL ?? `http://${bracketed(value.PACELINE_HTTP_HOST)}:${value.PACELINE_HTTP_PORT}`,
    outbox: join(home, 'outbox'),
    queueDir: join(home, 'queue'),
    archive: resolve(value.PACELINE_ARCHIVE ?? join(home, 'archive')),
    refused: resolve(value.PACELINE_REFUSED ?? join(home, 'refused')),
    archiveDays: value.PACELINE_ARCHIVE_DAYS,
    filesAtOnce: value.PACELINE_FILES_AT_ONCE,
    clickhouseUrl: value.CLICKHOUSE_URL,
    clickhouseDatabase: value.CLICKHOUSE_DATABASE,
    cluster: clusterOf(value),
    redisUrl: value.REDIS_URL,
    smtpUrl: value.SMTP_URL,
    mailFrom: value.MAIL_FROM ?? 'Paceline <paceline@localhost.invalid>',
    alerts: {
      to: value.ALERT_TO,
      robots: value.ALERT_ROBOTS,
      pace: { remindDays: value.ALERT_REMIND_DAYS, tellAtRisk: value.ALERT_AT_RISK === 'on' },
      data: { graceDays: value.ALERT_GRACE_DAYS },
      reports: value.ALERT_REPORTS,
    },
    region: value.PACELINE_REGION,
    maxRejectShare: value.PACELINE_MAX_REJECT_SHARE,
    usual: { factor: value.PACELINE_USUAL_FACTOR, atLeast: value.PACELINE_USUAL_AFTER },
    keepDays: value.PACELINE_KEEP_DAYS,
    archivePassword: value.PACELINE_ARCHIVE_PASSWORD,
    pace,
    now: clock === undefined ? () => new Date() : () => new Date(instantOf(clock)),
  };
}

function clusterOf(
  value: Pick<z.output<typeof variables>, 'CLICKHOUSE_URL' | 'CLICKHOUSE_CLUSTER' | 'CLICKHOUSE_SHARDS'>,
): Config['cluster'] {
  const { CLICKHOUSE_CLUSTER: name, CLICKHOUSE_SHARDS: urls } = value;
  if (name === undefined && urls.length === 0) return null;
  if (name === undefined || urls.length === 0 || value.CLICKHOUSE_URL === undefined) {
    throw terminal(
      'config-invalid',
      'CLICKHOUSE_CLUSTER and CLICKHOUSE_SHARDS need each other, and CLICKHOUSE_URL',
      'Set all three, or CLICKHOUSE_URL alone for one server; see docs/operation/grow-to-a-cluster.md.',
    );
  }
  return { name, urls };
}

/** The secrets that files hold. @throws PipelineError `config-invalid` for one that is given in both ways, or cannot be read */
function secretsIn(env: NodeJS.ProcessEnv): Partial<Record<(typeof SECRETS)[number], string>> {
  return Object.fromEntries(
    SECRETS.flatMap((name) => {
      const file = env[`${name}_FILE`] ?? '';
      if (file === '') return [];
      if ((env[name] ?? '') !== '') {
        throw terminal('config-invalid', `${name} and ${name}_FILE are both set`, 'Keep one of them.');
      }
      try {
        return [[name, readFileSync(file, 'utf8').split(/\r?\n/)[0]]];
      } catch (error) {
        throw terminal(
          'config-invalid',
          `the file that ${name}_FILE names cannot be read`,
          'Check the path and the rights of the user that runs Paceline.',
          {},
          error,
        );
      }
    }),
  );
}

function listenAt(text: string): Config['metricsAt'] {
  const [, host, port] = LISTEN.exec(text) ?? [];
  return host === undefined ? null : { host, port: Number(port) };
}

/** An IPv6 address as it stands in a URL. */
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
