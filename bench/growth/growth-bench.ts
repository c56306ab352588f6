import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Database } from '../../src/clickhouse/client';
import { readTotals } from '../../src/clickhouse/queries/totals';
import { addDays } from '../../src/domain/calendar';
import { type Dimension, DIMENSIONS } from '../../src/domain/measures';
import { type Bench, type BenchOptions, type BenchResult } from '../bench';
import { type IngestCommand, runIngest } from '../ingest-command';
import { inTemporaryFolder } from '../temporary-folder';
import { type DayExport, writeDay } from './day-export';
import { fillStore } from './fill';
import { type StorePlan, STORES } from './plan';
import { type Grown, growthReport, growthText } from './report';
import { withStore } from './store';

/** What one shop of a large region sells in a day. */
const DAY_ROWS = 50_000;
/** The day that the first run loads; each further run loads the next one, the same file into every store. */
const FIRST_DAY = '2026-12-10';
/** A shop that the stores know. */
const SHOP = 'pinduoduo-0';

/** An order takes 70 bytes on disk, and merging parts holds them twice for a while. */
const BYTES_PER_ORDER = 150;

const YEAR_TO_DATE = { from: '2026-01-01', to: '2026-12-31' } as const;
const TOTALS_READS = 21;
/** Else the store that is asked first would also pay for what Node compiles on the way. */
const WARM_UP_READS = 10;

/** After every day that is loaded. */
const now = (): Date => new Date('2027-01-01T04:00:00Z');

/** benchGrowth fills the stores, then loads day after day into all of them in turn. */
export const benchGrowth: Bench = (options) => {
  const orders = STORES.reduce((sum, plan) => sum + plan.orders, 0);
  return inTemporaryFolder(orders * options.scale * BYTES_PER_ORDER, (folder) => measureIn(folder, options));
};

interface Store {
  readonly plan: StorePlan;
  readonly home: string;
  readonly runs: IngestCommand[];
}

async function measureIn(folder: string, { runs, scale, progress }: BenchOptions): Promise<BenchResult> {
  const stores = STORES.map((plan): Store => {
    return { plan: { ...plan, orders: Math.round(plan.orders * scale) }, home: join(folder, plan.id), runs: [] };
  });
  for (const { plan, home } of stores) {
    const began = performance.now();
    await withStore(home, (db) => fillStore(db, plan, now));
    progress(`filled ${plan.id} with ${plan.orders} orders in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  const [loadBefore = 0] = loadavg();
  const days: DayExport[] = [];
  for (let round = 0; round < runs; round++) {
    const day = await writeDay(join(folder, 'days'), addDays(FIRST_DAY, round), Math.round(DAY_ROWS * scale));
    days.push(day);
    for (const store of stores) {
      const run = await runIngest(day.file, SHOP, store.home);
      requireDay(day, run);
      store.runs.push(run);
      progress(`round ${round + 1} of ${runs}: ${store.plan.id} took ${run.seconds.toFixed(2)} s`);
    }
  }
  const times = await timeTotals(stores.map(({ home }) => home));
  const grown = stores.map(({ plan, runs: measured }, index): Grown => {
    return { plan, runs: measured, totalsMs: times[index] ?? noTimes() };
  });
  const [loadAfter = 0] = loadavg();
  const sizes = days.map(({ bytes }) => bytes);
  const report = growthReport(grown, { rows: days[0]?.rows ?? 0, bytes: [Math.min(...sizes), Math.max(...sizes)] }, [
    'The spread stores hold their orders evenly over four platforms and the days of four years, one shop for each 250,000 orders, large shops selling most; oneYear50m holds all of them in one platform and year. Every shop and night has its file in the ledger.',
    'Their rows were made inside the engine; ledger entries and totals are by the functions of the product, and background merges had come to rest.',
    `Each run loads another day of December 2026 for a shop that the store knows, and its figures were checked; by the last run the stores hold ${runs - 1} days more.`,
    'The time is of the whole command, the start of Node and of an engine that opens all those parts included.',
    `Year to date: totals of one year by one dimension, ${TOTALS_READS} reads each after ${WARM_UP_READS} that do not count, the stores and dimensions in turn, their engines running; every shop is registered with a league, chain and brand.`,
    `${cpus().length} cores, load ${loadBefore.toFixed(1)} before and ${loadAfter.toFixed(1)} after: where others are at work, trust the ratios by CPU.`,
  ]);
  return { report, text: growthText(report, runs) };
}

function requireDay(day: DayExport, run: IngestCommand): void {
  if (run.loaded === day.rows && run.rejected === 0 && run.gross === day.gross) return;
  throw new Error(`a day of ${day.rows} rows and ${day.gross} fen loaded as ${run.loaded} rows and ${run.gross} fen`);
}

type Times = Record<Dimension, number[]>;
const noTimes = (): Times => Object.fromEntries(DIMENSIONS.map((of) => [of, [] as number[]])) as Times;

/** Milliseconds of each read of each store by each dimension: the stores in turn, so that a mood of the machine hits all. */
async function timeTotals(homes: readonly string[], opened: readonly Database[] = []): Promise<Times[]> {
  const [home, ...others] = homes;
  if (home !== undefined) return await withStore(home, (db) => timeTotals(others, [...opened, db]));
  const times = opened.map(noTimes);
  for (let read = -WARM_UP_READS; read < TOTALS_READS; read++) {
    for (const dimension of DIMENSIONS) {
      for (const [index, db] of opened.entries()) {
        const start = performance.now();
        await readTotals(db, { ...YEAR_TO_DATE, by: [dimension] });
        if (read >= 0) times[index]?.[dimension].push(performance.now() - start);
      }
    }
  }
  return times;
}
