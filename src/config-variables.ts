import { type VariableName } from './config';

/** One variable: what it says, and its default in words. The table in README.md is checked against this list. */
export interface Variable {
  readonly name: VariableName;
  readonly meaning: string;
  readonly byDefault: string;
}

/** VARIABLES documents every variable that is read. */
export const VARIABLES: readonly Variable[] = [
  { name: 'PACELINE_HOME', meaning: 'where state lives: engine, queue, outbox', byDefault: './var' },
  {
    name: 'PACELINE_INBOX',
    meaning: 'folder that a night walks: `<platform>/<shop>/<file>`',
    byDefault: '`PACELINE_HOME`/inbox',
  },
  {
    name: 'PACELINE_ARCHIVE',
    meaning: 'where a night puts originals of the inbox that are loaded; they hold personal data',
    byDefault: '`PACELINE_HOME`/archive',
  },
  {
    name: 'PACELINE_REFUSED',
    meaning: 'where it puts those that are refused, each beside a note with the reason',
    byDefault: '`PACELINE_HOME`/refused',
  },
  { name: 'PACELINE_ARCHIVE_DAYS', meaning: 'days after which both are deleted', byDefault: '30' },
  {
    name: 'PACELINE_FILES_AT_ONCE',
    meaning: 'files that one worker process loads at the same time',
    byDefault: '4',
  },
  { name: 'PACELINE_NIGHT_AT', meaning: 'when `start` runs the night, Asia/Shanghai', byDefault: '02:30' },
  {
    name: 'PACELINE_METRICS_LISTEN',
    meaning: 'host and port at which `start` answers `/healthz`, `/readyz` and `/metrics`, or `off`',
    byDefault: '127.0.0.1:9464',
  },
  { name: 'PACELINE_HTTP_HOST', meaning: 'address at which `start` serves the API', byDefault: '127.0.0.1' },
  { name: 'PACELINE_HTTP_PORT', meaning: 'port of the API, or `off`', byDefault: '8480' },
  {
    name: 'PACELINE_HTTP_URL',
    meaning:
      'address under which browsers reach it, and what mails link to; with `https:` cookies are sent over TLS only',
    byDefault: 'http:// and the two above',
  },
  {
    name: 'PACELINE_HTTP_REQUESTS_A_MINUTE',
    meaning:
      'requests of one address that the API answers in a minute; an office or a proxy may be one for many people',
    byDefault: '1200',
  },
  {
    name: 'PACELINE_TRUSTED_PROXIES',
    meaning:
      'proxies whose word counts for whom they ask: addresses, networks, `loopback`, `linklocal`, `uniquelocal`, with commas',
    byDefault: 'loopback',
  },
  {
    name: 'PACELINE_SQL_LISTEN',
    meaning: 'host and port at which `start` answers SQL for analysts’ programs, such as `127.0.0.1:8481`, or `off`',
    byDefault: 'off',
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
    name: 'PACELINE_ARCHIVE_PASSWORD',
    meaning: 'opens archives and workbooks that platforms protect with a password',
    byDefault: 'they are refused',
  },
  {
    name: 'PACELINE_ARCHIVE_PASSWORD_FILE',
    meaning: 'a file whose first line is that password',
    byDefault: 'none',
  },
  {
    name: 'PACELINE_CLOCK',
    meaning: 'a fixed Shanghai time instead of now, for demonstrations and tests',
    byDefault: 'the machine’s clock',
  },
  {
    name: 'PACE_BEHIND_BELOW',
    meaning: 'behind when the chance to meet the goal is no more than this (0 to 1), by stricter evidence early on',
    byDefault: '0.15',
  },
  { name: 'PACE_AT_RISK_BELOW', meaning: 'at risk when that chance is no more than this', byDefault: '0.35' },
  { name: 'PACE_ON_TRACK_ABOVE', meaning: 'on track again when it is no less than this', byDefault: '0.5' },
  { name: 'PACE_MIN_DAYS', meaning: 'complete days in a row that a change of state needs', byDefault: '5' },
  { name: 'PACE_NOT_BEFORE', meaning: 'nothing is called behind before this month and day', byDefault: '03-01' },
  {
    name: 'PACE_DAYS_AFTER_FESTIVAL',
    meaning: 'nor before so many days after Spring Festival',
    byDefault: '15',
  },
  { name: 'PACE_MAX_LAG_DAYS', meaning: 'no judgement when the last complete day lies further back', byDefault: '7' },
  {
    name: 'CLICKHOUSE_URL',
    meaning: 'a ClickHouse server, `http://user:password@host:8123`',
    byDefault: 'the embedded engine',
  },
  { name: 'CLICKHOUSE_URL_FILE', meaning: 'a file whose first line is that URL', byDefault: 'none' },
  { name: 'CLICKHOUSE_DATABASE', meaning: 'database, made when missing', byDefault: 'paceline' },
  {
    name: 'CLICKHOUSE_CLUSTER',
    meaning: 'a cluster that this server knows, over whose shards rows of orders are spread',
    byDefault: 'all lie at `CLICKHOUSE_URL`',
  },
  {
    name: 'CLICKHOUSE_SHARDS',
    meaning:
      'HTTP addresses of its shards, `http://a:8123,http://b:8123`, replicas of a shard with a vertical bar between them; user and password as in `CLICKHOUSE_URL`',
    byDefault: 'none',
  },
  { name: 'REDIS_URL', meaning: 'a Redis for the queue, `redis://host:6379`', byDefault: 'the embedded queue' },
  { name: 'REDIS_URL_FILE', meaning: 'a file whose first line is that URL', byDefault: 'none' },
  {
    name: 'SMTP_URL',
    meaning: 'a mail server, `smtp://user:password@host:587`',
    byDefault: 'mails are written to the outbox',
  },
  { name: 'SMTP_URL_FILE', meaning: 'a file whose first line is that URL', byDefault: 'none' },
  {
    name: 'MAIL_FROM',
    meaning: 'sender of mails; needed with `SMTP_URL`',
    byDefault: 'Paceline <paceline@localhost.invalid>',
  },
  {
    name: 'ALERT_TO',
    meaning: 'addresses, or `robot:<name>`, that hear of whatever `recipients` names nobody for, separated by commas',
    byDefault: 'nobody',
  },
  {
    name: 'ALERT_ROBOTS',
    meaning: 'group robots, separated by commas: `name=dingtalk:<address>#<secret>`, `name=wecom:<address>`',
    byDefault: 'none',
  },
  { name: 'ALERT_ROBOTS_FILE', meaning: 'a file whose first line is that list', byDefault: 'none' },
  { name: 'ALERT_AT_RISK', meaning: '`on` tells of a year at risk too, `off` does not', byDefault: 'off' },
  { name: 'ALERT_REMIND_DAYS', meaning: 'days between reminders while a year is behind', byDefault: '7' },
  { name: 'ALERT_GRACE_DAYS', meaning: 'days by which an export may be late before it is told', byDefault: '1' },
  {
    name: 'ALERT_REPORTS',
    meaning: 'periods at whose end a report is sent, or `none`',
    byDefault: 'week,month,year',
  },
];
