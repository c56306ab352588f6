import { analystStatements, analyticsOf } from '../../clickhouse/analytics';
import { type Config } from '../../config';
import { mayActAs } from '../../domain/access';
import { LEAGUES } from '../../domain/leagues';
import { terminal } from '../../errors';
import { makeToken } from '../../operations/accounts';
import { type Context } from '../../operations/context';
import { type Io } from '../io';
import { accountNamed, daysOf } from './tokens';

export interface SqlOptions {
  readonly days: string;
}

const DETAILS = 'docs/howto/connect-sql.md says how to connect Metabase, Grafana, Superset, DBeaver and Excel.';

/**
 * sql tells how an analyst's program connects. At the embedded engine it is an account of Paceline with a new token as its
 * password; at a server, users of the server's own, which these statements make.
 */
export async function sql(
  io: Io,
  context: Context,
  config: Config,
  name: string | undefined,
  options: SqlOptions,
): Promise<boolean> {
  const database = analyticsOf(config.clickhouseDatabase);
  if (config.clickhouseUrl !== undefined) {
    const statements = analystStatements(config.clickhouseDatabase, LEAGUES);
    io.answer({ database, statements }, () =>
      [...statements.map((statement) => `${statement};`), '', `-- ${DETAILS}`].join('\n'),
    );
    return true;
  }
  const { sqlAt } = config;
  if (sqlAt === null) {
    throw terminal(
      'config-invalid',
      'nothing answers SQL: PACELINE_SQL_LISTEN is off',
      'Set PACELINE_SQL_LISTEN=127.0.0.1:8481 and start "npx paceline start" with it.',
    );
  }
  if (name === undefined)
    throw terminal(
      'usage',
      'whose account?',
      'Name one: npx paceline sql <account>; "npx paceline users list" shows them.',
    );
  const account = await accountNamed(context, name);
  if (!mayActAs(account.role, 'analyst') || Object.keys(account.limit).length > 0) {
    throw terminal(
      'usage',
      `"${name}" may not ask by SQL`,
      'SQL is for analysts and operators who see the whole region.',
    );
  }
  const { token } = await makeToken(context, account, { label: 'SQL', role: 'analyst', days: daysOf(options.days) });
  const door = { protocol: 'ClickHouse over HTTP', ...sqlAt, database, user: name, password: token };
  io.answer(door, () =>
    [
      ...Object.entries(door).map(([key, value]) => `${key.padEnd(10)}${value}`),
      '',
      `jdbc:clickhouse://${sqlAt.host}:${sqlAt.port}/${database}`,
      `The password is a token, good for ${options.days} days and shown once; "npx paceline tokens revoke" ends it.`,
      `It is answered while "npx paceline start" runs. ${DETAILS}`,
    ].join('\n'),
  );
  return true;
}
