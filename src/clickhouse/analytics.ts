/** The beginning of the name of every database of views, which is what an analyst may read. */
export const ANALYTICS = 'analytics';
const USUAL_DATABASE = 'paceline';

/** analyticsOf is the database of views beside a database: `analytics`, and with its name behind for one that is named otherwise. */
export const analyticsOf = (database: string): string =>
  database === USUAL_DATABASE ? ANALYTICS : `${ANALYTICS}_${database}`;

/** Leagues are named by their place: a role's name is plain letters and digits. */
const roleOf = (index: number): string => `paceline_league_${index + 1}`;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

/**
 * analystStatements are what an administrator of a ClickHouse server runs once so that analysts can read the views: a
 * user of the whole region, and for each league a role that sees its shops only. Views without a league are the whole
 * region's, and closed to the roles.
 */
export function analystStatements(database: string, leagues: readonly string[]): string[] {
  const views = analyticsOf(database);
  const roles = leagues.map((_, index) => roleOf(index));
  const others = `ALL EXCEPT ${roles.join(', ')}`;
  return [
    `CREATE SETTINGS PROFILE IF NOT EXISTS paceline_analyst SETTINGS readonly = 2, max_execution_time = 60 MIN 1 MAX 300, max_memory_usage = 4000000000 MIN 1 MAX 4000000000, max_result_rows = 5000000 MIN 1 MAX 5000000, max_concurrent_queries_for_user = 8 CONST, do_not_merge_across_partitions_select_final = 1`,
    `CREATE ROLE IF NOT EXISTS paceline_analyst SETTINGS PROFILE 'paceline_analyst'`,
    `GRANT SELECT ON ${views}.* TO paceline_analyst`,
    `CREATE USER IF NOT EXISTS analyst IDENTIFIED WITH sha256_password BY '<a long password>' DEFAULT ROLE paceline_analyst`,
    `GRANT paceline_analyst TO analyst`,
    ...leagues.flatMap((league, index) => [
      `CREATE ROLE IF NOT EXISTS ${roleOf(index)} SETTINGS PROFILE 'paceline_analyst'`,
      `GRANT SELECT ON ${views}.totals, SELECT ON ${views}.orders, SELECT ON ${views}.shops TO ${roleOf(index)}`,
      ...LIMITED_VIEWS.map(
        (view) =>
          `CREATE ROW POLICY IF NOT EXISTS ${roleOf(index)} ON ${views}.${view} USING league = ${quoted(league)} TO ${roleOf(index)}`,
      ),
    ]),
    `CREATE QUOTA IF NOT EXISTS paceline_analyst KEYED BY user_name FOR INTERVAL 1 hour MAX queries = 5000, execution_time = 1200 TO ${['paceline_analyst', ...roles].join(', ')}`,
    ...LIMITED_VIEWS.map(
      (view) => `CREATE ROW POLICY IF NOT EXISTS paceline_all ON ${views}.${view} USING 1 TO ${others}`,
    ),
  ].filter((statement) => leagues.length > 0 || !statement.endsWith(others));
}

/** The views that tell leagues apart. */
const LIMITED_VIEWS = ['totals', 'orders', 'shops'] as const;
