import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type BusinessDay, yearOf } from '../../domain/calendar';
import { type ChainsEdition } from '../chains';
import { type Database, type NamedQuery } from '../client';
import { count, fen, MEASURES } from '../rows';
import { GRACE_SECONDS } from './generations';

/** PaidMonth is one month of payment: where its totals lie. */
export interface PaidMonth {
  /** Its first day. */
  readonly month: BusinessDay;
  /** The first and last day in it on which anything was paid. */
  readonly first: BusinessDay;
  readonly last: BusinessDay;
  /** Generations of `daily_totals` with rows of it. */
  readonly generations: readonly string[];
  /** Editions of `coarse_totals` that add them up. */
  readonly editions: Readonly<Record<EditionSpan, string>>;
}

/** EditionSpan is how much of the totals an edition of `coarse_totals` adds up: those of a year of payment, or of a month. */
export type EditionSpan = 'year' | 'month';

/** CurrentTotals is where the totals of one moment lie. */
export interface CurrentTotals {
  readonly generations: readonly string[];
  /** Months of payment, ascending; null while no edition adds up these very generations. */
  readonly months: readonly PaidMonth[] | null;
  /** Days from which the register says anything of any shop. */
  readonly registerChanges: readonly BusinessDay[];
  /** Tables of industry chains, the newest last. */
  readonly chains: readonly ChainsEdition[];
}

const monthTuple = z
  .tuple([z.string(), z.string(), z.string(), z.array(z.string()), z.string(), z.string()])
  .transform(([month, first, last, generations, ofYear, ofMonth]): PaidMonth => {
    return { month, first, last, generations, editions: { year: ofYear, month: ofMonth } };
  });

const NO_MONTHS = `CAST([], 'Array(Tuple(Date, Date, Date, Array(UUID), UUID, UUID))') AS months`;

/** Of a query that reads few rows: to share them among threads takes longer than to read them. */
export const FEW_ROWS = 'SETTINGS max_threads = 1';

/** With that of the moment before: readers may have begun in it. Each more that travels costs a question a millisecond. */
const LATEST_EDITIONS = 'SELECT basis, months FROM editions ORDER BY at DESC LIMIT 2';

const CURRENT: NamedQuery<{ what: string; names: readonly string[]; months: readonly PaidMonth[] }> = {
  name: 'current totals',
  sql: `SELECT 'generations' AS what, arraySort(groupArray(generation)) AS names, ${NO_MONTHS} FROM (
      SELECT toString(argMax(generation, covers)) AS generation FROM rollups GROUP BY platform, order_month)
    UNION ALL SELECT 'register', groupUniqArray(toString(valid_from)), ${NO_MONTHS} FROM shops
    UNION ALL SELECT 'chains', arrayConcat([toString(edition), toString(min(at))], arrayFlatten(groupArray([toString(cluster), toString(chain)]))), ${NO_MONTHS}
      FROM chains GROUP BY edition
    UNION ALL SELECT basis, CAST([], 'Array(String)'), months FROM (${LATEST_EDITIONS}) ${FEW_ROWS}`,
  row: z.object({ what: z.string(), names: z.array(z.string()), months: z.array(monthTuple) }),
};

/**
 * currentTotals says where the totals of this moment lie. Generations are named only when their rows are there, and an
 * edition is looked for that adds up these very generations, so whoever reads after this sees one moment, whole.
 */
export async function currentTotals(db: Database): Promise<CurrentTotals> {
  const rows = await db.rows(CURRENT);
  const namesOf = (what: string): readonly string[] => rows.find((row) => row.what === what)?.names ?? [];
  const generations = namesOf('generations');
  const basis = basisOf(generations);
  const months = rows.find(({ what }) => what === basis)?.months ?? null;
  const chains = rows.filter(({ what }) => what === 'chains').map(({ names }) => chainsFrom(names));
  chains.sort((a, b) => a.edition - b.edition);
  return { generations, months, registerChanges: namesOf('register'), chains };
}

/** Its number, its moment, and cluster and chain by turns. */
const chainsFrom = ([edition = '', at = '', ...names]: readonly string[]): ChainsEdition => ({
  edition: Number(edition),
  at,
  chains: names.flatMap((cluster, index) => (index % 2 === 0 ? [{ cluster, chain: names[index + 1] ?? '' }] : [])),
});

/** Where each store's totals lay when they were last read. */
const lastSeen = new WeakMap<Database, CurrentTotals>();

/**
 * atCurrentTotals reads at the totals of this moment. They mostly lie where they lay before, so it reads there while it
 * asks where they lie, and once more where they have moved: a third less to wait for a year's totals.
 */
export async function atCurrentTotals<T>(db: Database, read: (current: CurrentTotals) => Promise<T>): Promise<T> {
  const last = lastSeen.get(db);
  const early = last && read(last);
  const [current] = await Promise.all([currentTotals(db), early]);
  lastSeen.set(db, current);
  return await (early && isDeepStrictEqual(current, last) ? early : read(current));
}

const CELL = 'grain, platform, day, shop, province';
const VALUES = `shops, sellers, ${MEASURES.join(', ')}`;
const BLANK = `''`;
const NO_SELLERS = `CAST([], 'Array(UInt64)')`;
/** A shop as a number: names took a question of a year twice as long to unite. */
export const sellerOf = (table: string): string => `sipHash64(${table}.platform, ${table}.shop)`;
const SELLERS = `arraySort(groupUniqArrayIf(${sellerOf('t')}, t.paid_orders > 0))`;
const MONTH = 'toStartOfMonth(t.day)';

/** How finely coarse totals tell things apart: what a question does not ask for need not be read. */
export const GRAINS = [
  'platform day',
  'shop month',
  'province month',
  'shop day',
  'shop province month',
  'province day',
] as const;
export type Grain = (typeof GRAINS)[number];

/**
 * What the rows of each grain tell apart beside the platform, and which finer ones they add up; null: daily totals. What
 * adds up others has few rows: they lie in an edition of a year, which is one part to read, and are copied when a month
 * of it changes. The others lie in an edition of a month.
 */
const TOLD_APART: Readonly<
  Record<Grain, { readonly keys: readonly [string, string, string]; readonly addsUp: Grain | null }>
> = {
  'platform day': { keys: ['t.day', BLANK, BLANK], addsUp: 'shop day' },
  'shop month': { keys: [MONTH, 't.shop', BLANK], addsUp: 'shop day' },
  'province month': { keys: [MONTH, BLANK, 't.province'], addsUp: 'shop province month' },
  'shop day': { keys: ['t.day', 't.shop', BLANK], addsUp: null },
  'shop province month': { keys: [MONTH, 't.shop', 't.province'], addsUp: null },
  'province day': { keys: ['t.day', BLANK, 't.province'], addsUp: null },
};
const spanOf = (grain: Grain): EditionSpan => (TOLD_APART[grain].addsUp === null ? 'month' : 'year');

/** editionsWith are the editions in which the rows of a grain lie, of some months. */
export const editionsWith = (grain: Grain, months: readonly PaidMonth[]): string[] => [
  ...new Set(months.map(({ editions }) => editions[spanOf(grain)])),
];

/** One grain of the coarse totals, as a SELECT over rows `t` of a finer one; a blank key is not told apart. */
function summed(grain: Grain, rows: string): string {
  const { keys } = TOLD_APART[grain];
  const [day, shop, province] = keys;
  return `
  SELECT '${grain}' AS grain, t.platform AS platform, ${day} AS day, ${shop} AS shop, ${province} AS province,
    ${shop === BLANK ? 'uniqExactIf(t.shop, t.paid_orders > 0)' : 'toUInt64(max(t.paid_orders > 0))'} AS shops, ${shop === BLANK && province !== BLANK ? SELLERS : NO_SELLERS} AS sellers,
    ${MEASURES.map((m) => `sum(t.${m}) AS ${m}`).join(', ')}
  FROM ${rows}
  GROUP BY ${['t.platform', ...keys].filter((key) => key !== BLANK).join(', ')}`;
}

/** The daily totals of `generations` that are of the months `again`. */
const DAILY = `daily_totals AS t WHERE t.generation IN {generations: Array(UUID)} AND ${MONTH} IN {again: Array(Date)}`;
/** The one definition of the coarse totals: what those daily totals say. */
const summedAt = (grains: readonly Grain[]): string => grains.map((grain) => summed(grain, DAILY)).join(' UNION ALL ');

/** The same by way of the editions of those months, which tell ten times as little apart. */
const ADDED_UP = GRAINS.flatMap((grain) => {
  const { addsUp } = TOLD_APART[grain];
  return addsUp === null
    ? []
    : [summed(grain, `coarse_totals AS t WHERE t.edition IN {months: Array(UUID)} AND t.grain = '${addsUp}'`)];
}).join(' UNION ALL ');

const LAST_EDITION: NamedQuery<{ generations: readonly string[]; months: readonly PaidMonth[] }> = {
  name: 'last edition of coarse totals',
  sql: 'SELECT generations, months FROM editions ORDER BY at DESC LIMIT 1',
  row: z.object({ generations: z.array(z.string()), months: z.array(monthTuple) }),
};

type SummedMonth = Omit<PaidMonth, 'editions'>;

const MONTHS_OF: NamedQuery<SummedMonth> = {
  name: 'months of payment in generations',
  sql: `SELECT toString(toStartOfMonth(day)) AS month, toString(min(day)) AS first, toString(max(day)) AS last,
      arraySort(groupUniqArray(toString(generation))) AS generations
    FROM daily_totals WHERE generation IN {generations: Array(UUID)} GROUP BY month ORDER BY month`,
  row: z.object({ month: z.string(), first: z.string(), last: z.string(), generations: z.array(z.string()) }),
};

/**
 * keepCoarseTotals writes the coarse totals of the generations that count now, unless they are there. Months in which a
 * generation came or went are summed again from the daily totals; the other months of their years are copied, and other
 * years keep their edition. Until that is done readers go to the daily totals; so they do when two processes published
 * at once and neither knew of the other's generations, until the next one comes here.
 */
export async function keepCoarseTotals(db: Database): Promise<void> {
  const { generations, months: known } = await currentTotals(db);
  if (known !== null || generations.length === 0) return;
  const [before = { generations: [], months: [] }] = await db.rows(LAST_EDITION);
  const added = generations.filter((generation) => !before.generations.includes(generation));
  const isGone = (generation: string): boolean => !generations.includes(generation);
  const moved = new Set([
    ...before.months.filter((month) => month.generations.some(isGone)).map(({ month }) => month),
    ...(await db.rows(MONTHS_OF, { generations: added })).map(({ month }) => month),
  ]);
  const kept = before.months.filter(({ month }) => !moved.has(month));
  const stillThere = before.months.flatMap((month) => (moved.has(month.month) ? month.generations : []));
  const sources = [...new Set([...added, ...stillThere])].filter((generation) => !isGone(generation));
  const again = (await db.rows(MONTHS_OF, { generations: sources })).filter(({ month }) => moved.has(month));
  const rewritten = again.map((month): PaidMonth => ({ ...month, editions: { year: '', month: randomUUID() } }));
  for (let from = 0; from < rewritten.length; from += MONTHS_AT_ONCE) {
    await writeMonths(db, rewritten.slice(from, from + MONTHS_AT_ONCE));
  }
  const ofYears = new Map([...moved].map((month) => [yearOf(month), randomUUID()]));
  await writeYears(
    db,
    ofYears,
    kept.filter(({ month }) => ofYears.has(yearOf(month))),
    rewritten,
  );
  const months = [...kept, ...rewritten]
    .map(({ editions, ...month }): PaidMonth => {
      return { ...month, editions: { ...editions, year: ofYears.get(yearOf(month.month)) ?? editions.year } };
    })
    .sort((a, b) => (a.month < b.month ? -1 : 1));
  await db.insert('editions', [{ basis: basisOf(generations), generations, months: months.map(tupleOf) }]);
  await dropSupersededEditions(db);
}

const basisOf = (generations: readonly string[]): string =>
  createHash('sha256').update(generations.join('')).digest('hex').toUpperCase();

const tupleOf = ({ month, first, last, generations, editions: { year, month: own } }: PaidMonth) => {
  return [month, first, last, generations, year, own];
};

/** A night changes one or two; all of a store that was never summed up would take too much memory. */
const MONTHS_AT_ONCE = 12;

/** Months that stay are copied, the others summed from their own editions. One part an edition: readers pay for each. */
async function writeYears(
  db: Database,
  editions: ReadonlyMap<number, string>,
  kept: readonly PaidMonth[],
  again: readonly PaidMonth[],
): Promise<void> {
  await db.command(
    'write coarse totals of years',
    `INSERT INTO coarse_totals (edition, ${CELL}, ${VALUES})
     SELECT {written: Array(UUID)}[indexOf({years: Array(UInt16)}, toYear(day))], ${CELL}, ${VALUES} FROM (
       SELECT ${CELL}, ${VALUES} FROM coarse_totals
       WHERE edition IN {editions: Array(UUID)} AND toStartOfMonth(day) IN {kept: Array(Date)}
       UNION ALL ${ADDED_UP})`,
    {
      written: [...editions.values()],
      years: [...editions.keys()],
      editions: [...new Set(kept.map((month) => month.editions.year))],
      kept: kept.map(({ month }) => month),
      months: again.map((month) => month.editions.month),
    },
    ONE_PART_EACH,
  );
}

async function writeMonths(db: Database, again: readonly PaidMonth[]): Promise<void> {
  await db.command(
    'write coarse totals of months',
    `INSERT INTO coarse_totals (edition, ${CELL}, ${VALUES})
     SELECT {editions: Array(UUID)}[indexOf({again: Array(Date)}, toStartOfMonth(day))], ${CELL}, ${VALUES}
     FROM (${summedAt(GRAINS.filter((grain) => spanOf(grain) === 'month'))})`,
    {
      editions: again.map(({ editions }) => editions.month),
      again: again.map(({ month }) => month),
      generations: [...new Set(again.flatMap(({ generations }) => generations))],
    },
    ONE_PART_EACH,
  );
}

const ONE_PART_EACH = { max_insert_threads: '1', max_partitions_per_insert_block: '0' } as const;

const SUPERSEDED: NamedQuery<{ edition: string }> = {
  name: 'superseded editions',
  sql: `SELECT partition AS edition FROM (
      SELECT partition, max(modification_time) AS written FROM system.parts
      WHERE database = currentDatabase() AND table = 'coarse_totals' AND active GROUP BY partition)
    WHERE written < now() - {grace: UInt32} AND partition NOT IN (
      SELECT toString(arrayJoin(arrayFlatten(arrayMap(month -> [month.5, month.6], months)))) FROM editions
      WHERE at >= (SELECT max(at) FROM editions WHERE at < now() - {grace: UInt32}))
    LIMIT 500`,
  row: z.object({ edition: z.string() }),
};

/** dropSupersededEditions removes what no reader can still be at work on, builds that were cut off included. */
export async function dropSupersededEditions(db: Database): Promise<void> {
  for (const { edition } of await db.rows(SUPERSEDED, { grace: GRACE_SECONDS })) {
    await db.command('drop a superseded edition', `ALTER TABLE coarse_totals DROP PARTITION '${edition}'`);
  }
}

/** A cell of the coarse totals that the daily totals don't bear out; money in fen. */
export interface CoarseDifference {
  readonly grain: Grain;
  readonly platform: string;
  /** Day of payment, or the first of the month. */
  readonly day: BusinessDay;
  readonly shop: string;
  readonly province: string;
  readonly shown: { readonly paidOrders: number; readonly gross: bigint };
  readonly summed: { readonly paidOrders: number; readonly gross: bigint };
}

const side = (kept: boolean): string =>
  ['shops', ...MEASURES]
    .map((column) => `sumIf(${column}, ${kept ? '' : 'NOT '}kept) AS ${kept ? 'shown' : 'true'}_${column}`)
    .join(', ');

const COMPARED: NamedQuery<CoarseDifference> = {
  name: 'compare coarse totals with daily totals',
  sql: `SELECT grain, platform, toString(day) AS day, shop, province, ${side(true)}, ${side(false)},
      groupArrayIf(sellers, kept) AS shown_sellers, groupArrayIf(sellers, NOT kept) AS true_sellers
    FROM (
      SELECT ${CELL}, ${VALUES}, true AS kept FROM coarse_totals WHERE edition IN {editions: Array(UUID)}
      UNION ALL SELECT ${CELL}, ${VALUES}, false AS kept FROM (${summedAt(GRAINS)}))
    GROUP BY ${CELL}
    HAVING ${['shops', 'sellers', ...MEASURES].map((column) => `shown_${column} != true_${column}`).join(' OR ')}
    ORDER BY ${CELL}`,
  row: z
    .object({
      grain: z.enum(GRAINS),
      platform: z.string(),
      day: z.string(),
      shop: z.string(),
      province: z.string(),
      shown_paid_orders: count,
      shown_gross: fen,
      true_paid_orders: count,
      true_gross: fen,
    })
    .transform(({ shown_paid_orders, shown_gross, true_paid_orders, true_gross, ...cell }) => ({
      ...cell,
      shown: { paidOrders: shown_paid_orders, gross: shown_gross },
      summed: { paidOrders: true_paid_orders, gross: true_gross },
    })),
};

/** verifyCoarseTotals sums the coarse totals again from the daily totals and lists the cells that differ. */
export async function verifyCoarseTotals(db: Database): Promise<CoarseDifference[]> {
  const { generations, months } = await currentTotals(db);
  if (months === null) return [];
  const again = await db.rows(MONTHS_OF, { generations });
  return await db.rows(COMPARED, {
    editions: [...new Set(months.flatMap(({ editions }) => [editions.year, editions.month]))],
    generations,
    again: again.map(({ month }) => month),
  });
}
