import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { instantOf } from './domain/calendar';
import { DEFAULT_PACE_SETTINGS, type PaceSettings } from './domain/pace';
import { DEFAULT_USUAL_SETTINGS, USUAL_SNAPSHOTS, type UsualSettings } from './domain/usual';
import { terminal } from './errors';

/** Config is the whole configuration of a process, parsed and cross-checked once at its start. */
export interface Config {
  readonly home: string;
  /** Whether PACELINE_HOME was set, so that the demo knows whose folder it writes into. */
  readonly homeIsSet: boolean;
  readonly inbox: string;
  readonly outbox: string;
  readonly clickhouseUrl: string | undefined;
  readonly clickhouseDatabase: string;
  readonly redisUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly alertTo: readonly string[];
  readonly region: string;
  readonly maxRejectShare: number;
  readonly usual: UsualSettings;
  readonly keepDays: number;
  readonly pace: PaceSettings;
  /** The clock of this process; a fixed one only for demonstrations and tests. */
  readonly now: () => Date;
}

/** One variable: what it says, and its default in words. The table in README.md is checked against this list. */
export interface Variable {
  readonly name: keyof z.input<typeof variables>;
  readonly meaning: string;
  readonly byDefault: string;
}

const share = z.coerce.number().min(0).max(1);
const blankIsUnset = (value: unknown): unknown => (value === '' ? undefined : value);
const urlOf = (...protocols: string[]) =>
  z.preprocess(
    blankIsUnset,
    z
      .string()
      .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
        message: `must be a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      })
      .optional(),
  );
const address = z.email();

const variables = z.object({
  PACELINE_HOME: z.preprocess(blankIsUnset, z.string().optional()),
  PACELINE_INBOX: z.preprocess(blankIsUnset, z.string().optional()),
  PACELINE_REGION: z.preprocess(blankIsUnset, z.string().default('内蒙古自治区')),
  PACELINE_MAX_REJECT_SHARE: z.preprocess(blankIsUnset, share.default(0.01)),
  PACELINE_USUAL_FACTOR: z.preprocess(
    blankIsUnset,
    z.coerce.number().min(1.1).max(1000).default(DEFAULT_USUAL_SETTINGS.factor),
  ),
  PACELINE_USUAL_AFTER: z.preprocess(
    blankIsUnset,
    z.coerce.number().int().min(3).max(USUAL_SNAPSHOTS).default(DEFAULT_USUAL_SETTINGS.atLeast),
  ),
  PACELINE_KEEP_DAYS: z.preprocess(blankIsUnset, z.coerce.number().int().min(1).max(3650).default(60)),
  PACELINE_CLOCK: z.preprocess(
    blankIsUnset,
    z
      .string()
      .refine((text) => !Number.isNaN(instantOf(text)), { message: 'must be a Shanghai time, YYYY-MM-DD HH:MM:SS' })
      .optional(),
  ),
  PACE_ENTER_BEHIND: z.preprocess(blankIsUnset, share.default(DEFAULT_PACE_SETTINGS.enterBehind)),
  PACE_LEAVE_BEHIND: z.preprocess(blankIsUnset, share.default(DEFAULT_PACE_SETTINGS.leaveBehind)),
  PACE_NOT_BEFORE: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^\d{2}-\d{2}$/, 'must be a month and day, MM-DD')
      .default(DEFAULT_PACE_SETTINGS.notBefore),
  ),
  PACE_MAX_LAG_DAYS: z.preprocess(
    blankIsUnset,
    z.coerce.number().int().min(0).max(60).default(DEFAULT_PACE_SETTINGS.maxLagDays),
  ),
  CLICKHOUSE_URL: urlOf('http:', 'https:'),
  CLICKHOUSE_DATABASE: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and _')
      .default('paceline'),
  ),
  REDIS_URL: urlOf('redis:', 'rediss:'),
  SMTP_URL: urlOf('smtp:', 'smtps:'),
  MAIL_FROM: z.preprocess(blankIsUnset, z.string().optional()),
  ALERT_TO: z.preprocess(
    blankIsUnset,
    z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      )
      .refine((list) => list.every((part) => address.safeParse(part).success), {
        message: 'must be e-mail addresses separated by commas',
      }),
  ),
});

/** VARIABLES documents every variable that is read. */
export const VARIABLES: readonly Variable[] = [
  { name: 'PACELINE_HOME', meaning: 'where state lives: engine, queue, outbox', byDefault: './var' },
  {
    name: 'PACELINE_INBOX',
    meaning: 'folder that a night walks: `<platform>/<shop>/<file>`',
    byDefault: '`PACELINE_HOME`/inbox',
  },
  { name: 'PACELINE_REGION', meaning: 'name of the region in mails', byDefault: '内蒙古自治区' },
  {
    name: 'PACELINE_MAX_REJECT_SHARE',
    meaning: 'a file with a larger share of rejected rows is held (0 to 1)',
    byDefault: '0.01',
  },
  {
    name: 'PACELINE_USUAL_FACTOR',
    meaning: 'a file with more than so many times its shop’s usual rows or sales, or less than that part, is held',
    byDefault: '1.6',
  },
  {
    name: 'PACELINE_USUAL_AFTER',
    meaning: 'earlier snapshots of a shop after which it is known what is usual (3 to 45)',
    byDefault: '14',
  },
  {
    name: 'PACELINE_KEEP_DAYS',
    meaning: 'days for which a committed file can be withdrawn, and held rows are kept',
    byDefault: '60',
  },
  {
    name: 'PACELINE_CLOCK',
    meaning: 'a fixed Shanghai time instead of now, for demonstrations and tests',
    byDefault: 'the machine’s clock',
  },
  {
    name: 'PACE_ENTER_BEHIND',
    meaning: 'behind when the projected year is short of the goal by more than this share',
    byDefault: '0.02',
  },
  { name: 'PACE_LEAVE_BEHIND', meaning: 'on track again when it is short by less than this share', byDefault: '0.01' },
  { name: 'PACE_NOT_BEFORE', meaning: 'nothing is called behind before this month and day', byDefault: '03-01' },
  { name: 'PACE_MAX_LAG_DAYS', meaning: 'no judgement when the last complete day lies further back', byDefault: '7' },
  {
    name: 'CLICKHOUSE_URL',
    meaning: 'a ClickHouse server, `http://user:password@host:8123`',
    byDefault: 'the embedded engine',
  },
  { name: 'CLICKHOUSE_DATABASE', meaning: 'database, made when missing', byDefault: 'paceline' },
  { name: 'REDIS_URL', meaning: 'a Redis for the queue, `redis://host:6379`', byDefault: 'the embedded queue' },
  {
    name: 'SMTP_URL',
    meaning: 'a mail server, `smtp://user:password@host:587`',
    byDefault: 'mails are written to the outbox',
  },
  {
    name: 'MAIL_FROM',
    meaning: 'sender of mails; needed with `SMTP_URL`',
    byDefault: 'Paceline <paceline@localhost.invalid>',
  },
  { name: 'ALERT_TO', meaning: 'recipients of alerts, separated by commas', byDefault: 'nobody' },
];

/**
 * readConfig parses the environment.
 * @throws PipelineError `config-invalid` naming every variable that is wrong, without its value
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = variables.safeParse(env);
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
  if (value.PACE_LEAVE_BEHIND > value.PACE_ENTER_BEHIND) {
    throw terminal(
      'config-invalid',
      'PACE_LEAVE_BEHIND is larger than PACE_ENTER_BEHIND, so a year would fall behind and recover every night',
      'Make it smaller or equal.',
    );
  }
  const home = resolve(value.PACELINE_HOME ?? 'var');
  const inbox = value.PACELINE_INBOX ?? join(home, 'inbox');
  const clock = value.PACELINE_CLOCK;
  return {
    home,
    homeIsSet: value.PACELINE_HOME !== undefined,
    inbox: isAbsolute(inbox) ? inbox : resolve(inbox),
    outbox: join(home, 'outbox'),
    clickhouseUrl: value.CLICKHOUSE_URL,
    clickhouseDatabase: value.CLICKHOUSE_DATABASE,
    redisUrl: value.REDIS_URL,
    smtpUrl: value.SMTP_URL,
    mailFrom: value.MAIL_FROM ?? 'Paceline <paceline@localhost.invalid>',
    alertTo: value.ALERT_TO,
    region: value.PACELINE_REGION,
    maxRejectShare: value.PACELINE_MAX_REJECT_SHARE,
    usual: { factor: value.PACELINE_USUAL_FACTOR, atLeast: value.PACELINE_USUAL_AFTER },
    keepDays: value.PACELINE_KEEP_DAYS,
    pace: {
      enterBehind: value.PACE_ENTER_BEHIND,
      leaveBehind: value.PACE_LEAVE_BEHIND,
      notBefore: value.PACE_NOT_BEFORE,
      maxLagDays: value.PACE_MAX_LAG_DAYS,
    },
    now: clock === undefined ? () => new Date() : () => new Date(instantOf(clock)),
  };
}
