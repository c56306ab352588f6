import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type BusinessDay, businessDayAt } from '../domain/calendar';
import { type Database, type NamedQuery } from './client';
import { type ReportMoment } from './queries/sold-by';
import { count, fen, MEASURES } from './rows';
import { engineTime } from './time';

/** Report is what one night said: the figures known when it was made. */
export interface Report extends ReportMoment {
  readonly reportedOn: BusinessDay;
}

const REPORT_COLUMNS = 'seq, toString(reported_on) AS reported_on, toString(at) AS at';
const reportRow = z
  .object({ seq: z.number(), reported_on: z.string(), at: z.string() })
  .transform(({ reported_on, ...row }): Report => ({ ...row, reportedOn: reported_on }));

const REPORT_ON: NamedQuery<Report> = {
  name: 'report of a day',
  sql: `SELECT ${REPORT_COLUMNS} FROM reports WHERE reports.reported_on <= {day: Date} ORDER BY seq DESC LIMIT 1`,
  row: reportRow,
};

/** reportOn is what was last reported by the end of a day; null when nothing was. */
export async function reportOn(db: Database, day: BusinessDay): Promise<Report | null> {
  return (await db.rows(REPORT_ON, { day }))[0] ?? null;
}

/** A rollup that is published and that no report rests on. */
interface Unreported {
  readonly platform: string;
  readonly month: string;
  readonly covers: number;
  readonly generation: string;
  readonly changes: readonly string[];
}

const UNREPORTED: NamedQuery<Unreported> = {
  name: 'rollups that no report rests on',
  sql: `
    SELECT r.platform AS platform, toString(r.order_month) AS month, max(r.covers) AS covers,
      toString(argMax(r.generation, r.covers)) AS generation, arraySort(groupUniqArrayArray(r.changes)) AS changes
    FROM rollups AS r
    LEFT JOIN (
      SELECT p.1 AS platform, p.2 AS order_month, max(p.3) AS covers
      FROM (SELECT arrayJoin(partitions) AS p FROM reports) GROUP BY platform, order_month
    ) AS known ON r.platform = known.platform AND r.order_month = known.order_month
    WHERE r.covers > known.covers GROUP BY platform, month ORDER BY platform, month`,
  row: z.object({
    platform: z.string(),
    month: z.string(),
    covers: count,
    generation: z.string(),
    changes: z.array(z.string()),
  }),
};

const LAST_SEQ: NamedQuery<{ seq: number }> = {
  name: 'number of the last report',
  sql: 'SELECT max(seq) AS seq FROM reports',
  row: z.object({ seq: z.number() }),
};

const CELL = 'platform, order_month, day, shop, province';

/** What the given generations say more or less than the reports up to one, cell by cell. */
const DIFFERENCES = `
  SELECT ${CELL}, ${MEASURES.map((measure) => `sum(moved_${measure}) AS ${measure}`).join(', ')}
  FROM (
    SELECT platform, toStartOfMonth(order_day) AS order_month, day, shop, province,
      ${MEASURES.map((measure) => `${signed(measure)} AS moved_${measure}`).join(', ')}
    FROM daily_totals WHERE generation IN {generations: Array(UUID)}
    UNION ALL
    SELECT ${CELL}, ${MEASURES.map((measure) => `-${measure}`).join(', ')}
    FROM reported
    WHERE platform IN {platforms: Array(String)} AND order_month IN {months: Array(Date)}
      AND has({partitions: Array(String)}, concat(platform, '/', toString(order_month)))
      AND report IN (SELECT report FROM reports WHERE seq <= {after: UInt32}))
  GROUP BY ${CELL}
  HAVING ${MEASURES.map((measure) => `${measure} != 0`).join(' OR ')}`;

function signed(measure: string): string {
  return measure === 'paid_orders' || measure === 'quantity' ? `toInt64(${measure})` : measure;
}

const differenceParams = (unreported: readonly Unreported[], after: number) => ({
  generations: unreported.map(({ generation }) => generation),
  platforms: [...new Set(unreported.map(({ platform }) => platform))],
  months: [...new Set(unreported.map(({ month }) => month))],
  partitions: unreported.map(({ platform, month }) => `${platform}/${month}`),
  after,
});

/**
 * keepReport writes down what is known now as what was reported: by how much each cell of the totals differs from the
 * report before, so that what was said once stays as it is. The report counts from the one insert into `reports`; what a
 * process that died before it left is never read. Of two processes that write the same report at once the first one counts.
 */
export async function keepReport(db: Database, now: () => Date): Promise<void> {
  const { seq: after } = await db.row(LAST_SEQ);
  const unreported = await db.rows(UNREPORTED);
  const report = randomUUID();
  if (unreported.length > 0) {
    await db.command('write a report', `INSERT INTO reported SELECT {report: UUID}, * FROM (${DIFFERENCES})`, {
      report,
      ...differenceParams(unreported, after),
    });
  }
  const at = now();
  await db.insert(
    'reports',
    [
      {
        seq: after + 1,
        report,
        reported_on: businessDayAt(at.getTime()),
        at: engineTime(at),
        partitions: unreported.map(({ platform, month, covers }) => ({ platform, order_month: month, covers })),
        changes: [...new Set(unreported.flatMap(({ changes }) => changes))],
      },
    ],
    `report-${after + 1}`,
  );
}

/** Restatement is what changed in the figures of one shop between two reports, with the files that came or went meanwhile. */
export interface Restatement {
  /** The report that says it first; null while none does. */
  readonly reportedOn: BusinessDay | null;
  readonly platform: string;
  readonly shop: string;
  /** Signed differences. */
  readonly paidOrders: number;
  readonly gross: bigint;
  readonly refunded: bigint;
  readonly files: readonly ChangedFile[];
}

/** A file that was committed or withdrawn. */
export interface ChangedFile {
  readonly fileId: string;
  readonly path: string;
  readonly status: 'committed' | 'withdrawn';
}

/** Which figures are asked about: days of payment, and a platform and shop if not all of them. */
export interface RestatedScope {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
  readonly platform?: string;
  readonly shop?: string;
}

const IN_SCOPE = `day BETWEEN {from: Date} AND {to: Date}
  AND ({platform: String} = '' OR platform = {platform: String}) AND ({shop: String} = '' OR shop = {shop: String})`;
const MOVED = `sum(paid_orders) AS paid_orders, sum(gross) AS gross, sum(refunded_exact + refunded_assumed) AS refunded`;

const movedRow = z.object({
  seq: z.number(),
  reported_on: z.string().nullable(),
  platform: z.string(),
  shop: z.string(),
  paid_orders: count,
  gross: fen,
  refunded: fen,
});
type Moved = z.output<typeof movedRow>;

const RESTATED: NamedQuery<Moved> = {
  name: 'what was restated',
  sql: `
    SELECT r.seq AS seq, toString(any(r.reported_on)) AS reported_on, d.platform AS platform, d.shop AS shop, ${MOVED}
    FROM reported AS d INNER JOIN (SELECT seq, report, reported_on FROM reports WHERE seq > {after: UInt32}) AS r
      ON d.report = r.report
    WHERE ${IN_SCOPE} GROUP BY seq, platform, shop ORDER BY seq, platform, shop`,
  row: movedRow,
};

const NOT_YET: NamedQuery<Moved> = {
  name: 'what is not reported yet',
  sql: `
    SELECT toUInt32(0) AS seq, NULL AS reported_on, platform, shop, ${MOVED}
    FROM (${DIFFERENCES}) WHERE ${IN_SCOPE} GROUP BY platform, shop ORDER BY platform, shop`,
  row: movedRow,
};

const CHANGED_FILES: NamedQuery<ChangedFile & { seq: number; platform: string; shops: string[] }> = {
  name: 'files behind a restatement',
  sql: `
    SELECT c.seq AS seq, f.file_id AS file_id, f.path AS path, f.status AS status, f.platform AS platform, f.shops AS shops
    FROM (
      SELECT seq, arrayJoin(changes) AS change FROM reports WHERE seq > {after: UInt32}
      UNION ALL SELECT toUInt32(0), arrayJoin({pending: Array(String)})) AS c
    INNER JOIN (
      SELECT concat(file_id, '-', toString(seq)) AS change, file_id, path, status, platform, shops FROM files
      WHERE status IN ('committed', 'withdrawn')) AS f ON c.change = f.change
    ORDER BY seq, path, file_id, status`,
  row: z
    .object({
      seq: z.number(),
      file_id: z.string(),
      path: z.string(),
      status: z.enum(['committed', 'withdrawn']),
      platform: z.string(),
      shops: z.array(z.string()),
    })
    .transform(({ file_id, ...row }) => ({ ...row, fileId: file_id })),
};

/**
 * restatementsSince lists by how much figures moved after a report, report by report and shop by shop, oldest first; what
 * is known but not reported comes last. Together they are the difference between what is known now and what was said then.
 */
export async function restatementsSince(db: Database, report: Report, scope: RestatedScope): Promise<Restatement[]> {
  const { seq: last } = await db.row(LAST_SEQ);
  const unreported = await db.rows(UNREPORTED);
  const params = { from: scope.from, to: scope.to, platform: scope.platform ?? '', shop: scope.shop ?? '' };
  const pending = [...new Set(unreported.flatMap(({ changes }) => changes))];
  const [restated, notYet, files] = await Promise.all([
    db.rows(RESTATED, { ...params, after: report.seq }),
    unreported.length === 0 ? [] : db.rows(NOT_YET, { ...params, ...differenceParams(unreported, last) }),
    db.rows(CHANGED_FILES, { after: report.seq, pending }),
  ]);
  return [...restated, ...notYet]
    .filter(({ paid_orders, gross, refunded }) => paid_orders !== 0 || gross !== 0n || refunded !== 0n)
    .map(({ seq, reported_on, paid_orders, ...moved }) => ({
      ...moved,
      reportedOn: reported_on,
      paidOrders: paid_orders,
      files: files
        .filter((file) => file.seq === seq && file.platform === moved.platform && file.shops.includes(moved.shop))
        .map(({ fileId, path, status }) => ({ fileId, path, status })),
    }));
}
