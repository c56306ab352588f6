/**
 * Kills of the whole process group of an ingest, at random moments and aimed at its commit. The short form runs with the
 * other tests; `npm run test:crash` kills a million-row ingest twenty times.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, createReadStream, createWriteStream, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { openDatabase } from '../../../src/clickhouse/client';
import { leaseEngine } from '../../../src/clickhouse/engine/launch';
import { type BulkExport, bulkExportName, writeBulkPinduoduo } from '../../../src/demo/bulk';
import { Random } from '../../../src/demo/random';
import { pinduoduoName } from '../../../src/demo/writers/pinduoduo';
import { salesJson } from '../../../src/cli/money';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { verifyTotals } from '../../../src/clickhouse/totals/verify';
import { formatYuan } from '../../../src/domain/money';
import { answerOf, removeFolders, startPaceline, temporaryFolder } from '../../support/process';
import { type Phase, phaseOf } from '../../support/process-watch';

const ROWS = Number(process.env['PACELINE_CRASH_ROWS'] ?? 50_000);
const KILLS = Number(process.env['PACELINE_CRASH_KILLS'] ?? 4);
const SEED = Number(process.env['PACELINE_CRASH_SEED'] ?? 1);
const LONG = KILLS >= 10;
const MINUTES = 60_000;
const YEAR = 2025;
const SHOP = 'a shop';

/** What analysts see. */
interface Shown {
  readonly rows: readonly unknown[];
  readonly total: Readonly<Record<string, string | number>>;
}

/** A kill: at a share of the undisturbed time, or a while after a phase was first seen. */
type Moment = { readonly share: number } | { readonly after: Phase; readonly ms: number };

const random = new Random(SEED, 'kills');
const folder = temporaryFolder();
const newest = join(folder, bulkExportName(YEAR));
const older = join(folder, pinduoduoName(`${YEAR}-12-31 23:00:00`));
let written: BulkExport;

/** Moments spread over the undisturbed time, every other one aimed: at the commit, or at the totals after it. */
function momentsOf(count: number): Moment[] {
  return Array.from({ length: count }, (_, i): Moment => {
    if (i % 4 === 1) return { after: 'committing', ms: random.int(0, 60) };
    if (i % 4 === 3) return { after: 'refreshing', ms: random.int(0, 120) };
    return { share: (i + random.next()) / count };
  });
}

const shownIn = async (home: string): Promise<Shown> => {
  const { rows, total } = await answerOf<Shown>(['totals', '--by', 'month,province'], { home });
  return { rows, total };
};

async function ingest(home: string, path: string): Promise<string> {
  const { files } = await answerOf<{ files: { status: string }[] }>(['ingest', path, '--shop', SHOP], { home });
  return files.map(({ status }) => status).join();
}

/** Runs an ingest, kills its process group at a moment, and tells in which phase that was; null when it was faster. */
async function killIngest(home: string, path: string, moment: Moment, undisturbedMs: number): Promise<Phase | null> {
  const began = Date.now();
  const running = startPaceline(['ingest', path, '--shop', SHOP], { home });
  let phase: Phase = 'starting';
  const isAtWork = (): boolean => running.child.exitCode === null && running.child.signalCode === null;
  let killAt = 'share' in moment ? began + moment.share * undisturbedMs : Number.POSITIVE_INFINITY;
  while (isAtWork() && Date.now() < killAt) {
    const found = await Promise.race([
      phaseOf(home, path),
      wait(Math.max(0, Math.min(killAt - Date.now(), 1_000)), null),
    ]);
    if (found !== null) phase = found;
    if ('after' in moment && ORDER.indexOf(phase) >= ORDER.indexOf(moment.after)) {
      killAt = Math.min(killAt, Date.now() + moment.ms);
    }
    await wait(2);
  }
  running.kill();
  const { code } = await running.ended;
  return code === null ? phase : null;
}

const ORDER: readonly Phase[] = ['starting', 'opening', 'staging', 'committing', 'refreshing', 'published'];

/** What the store holds, looked at without a command that would repair anything. */
async function heldIn(home: string): Promise<{ shown: Shown['total']; staging: string[]; sound: boolean }> {
  const lease = await leaseEngine(join(home, 'engine'));
  const db = openDatabase({ ...lease, database: 'paceline' });
  try {
    const sql = `SELECT name FROM system.tables WHERE database = 'paceline' AND name LIKE 'staging\\_%'`;
    const staging = await db.rows({ name: 'staging tables', sql, row: z.object({ name: z.string() }) });
    const { total } = await readTotals(db, { from: '1970-01-01', to: '2149-06-06', by: [] });
    const { stale, differences, partitions } = await verifyTotals(db);
    return {
      shown: salesJson(total),
      staging: staging.map(({ name }) => name),
      sound: partitions > 0 && stale.length === 0 && differences.length === 0,
    };
  } finally {
    await db.close();
    lease.release();
  }
}

/** Kills an ingest into copies of a home at many moments; what is shown must always be what was before, or all. */
async function survives(
  from: string | null,
  path: string,
  before: Shown,
  all: Shown,
  undisturbedMs: number,
  kills: number,
): Promise<void> {
  const hit = new Map<string, number>();
  const note = (what: string): void => void hit.set(what, (hit.get(what) ?? 0) + 1);
  const moments = momentsOf(kills);
  // Grows by a moment for each one that came too late.
  for (const [index, moment] of moments.entries()) {
    const home = temporaryFolder();
    if (from !== null) cpSync(from, home, { recursive: true });
    const phase = await killIngest(home, path, moment, undisturbedMs);
    if (phase === null) moments.push({ share: 'share' in moment ? moment.share / 2 : random.next() / 2 });
    const shown = await shownIn(home);
    const isAll = JSON.stringify(shown) === JSON.stringify(all);
    note(`${phase ?? 'over'}, then ${isAll ? 'all' : 'nothing'} shown`);
    if (!isAll) expect(shown).toEqual(before);
    if (phase === 'published' || phase === null) expect(isAll).toBe(true);
    expect(await ingest(home, path)).toBe(isAll ? 'duplicate' : 'committed');
    expect(await heldIn(home)).toEqual({ shown: all.total, staging: [], sound: true });
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    if (LONG)
      process.stderr.write(
        `kill ${index + 1} of ${moments.length}: ${phase ?? 'over'}, ${isAll ? 'all' : 'nothing'} shown\n`,
      );
  }
  const found = [...hit].map(([what, count]) => `${count} × ${what}`).join('; ');
  process.stderr.write(`${kills} kills of ${ROWS} rows, undisturbed ${undisturbedMs} ms: ${found}\n`);
  const aimed = [...hit.keys()].filter((what) => what.startsWith('committing') || what.startsWith('refreshing'));
  expect(aimed).not.toEqual([]);
}

/** The same export as it stood earlier: three fifths of its orders, and no refund yet. */
async function writeOlder(): Promise<void> {
  const lines = createInterface({ input: createReadStream(newest), crlfDelay: Infinity });
  async function* earlier(): AsyncGenerator<string> {
    let row = 0;
    for await (const line of lines) {
      if (row++ > ROWS * 0.6) return;
      yield `${row === 1 ? line : undone(line)}\n`;
    }
  }
  await pipeline(Readable.from(earlier()), createWriteStream(older));
}

const undone = (line: string): string =>
  line
    .replace('未发货，退款成功', '待发货')
    .replace('已发货，退款成功', '已发货，待收货')
    .replace('已收货，退款成功', '已收货')
    .replace('退款成功', '无售后或售后取消');

beforeAll(async () => {
  written = await writeBulkPinduoduo({ path: newest, rows: ROWS, seed: 7, year: YEAR });
  await writeOlder();
}, 10 * MINUTES);
afterAll(removeFolders);

describe('an ingest whose processes are all killed', () => {
  const nothing: Shown = {
    rows: [],
    total: {
      shopsSelling: 0,
      paidOrders: 0,
      quantity: 0,
      gross: '0.00',
      shipping: '0.00',
      subsidy: '0.00',
      booked: '0.00',
      refunded: '0.00',
      net: '0.00',
      refundedExact: '0.00',
      refundedAssumed: '0.00',
    },
  };
  let all: Shown;

  test(
    'shows all of the file or nothing of it, and a plain rerun makes the totals exact',
    async () => {
      const home = temporaryFolder();
      const began = Date.now();
      expect(await ingest(home, newest)).toBe('committed');
      const undisturbedMs = Date.now() - began;
      all = await shownIn(home);
      const { paidOrders, ...money } = written.figures;
      expect(all.total).toMatchObject({
        paidOrders,
        ...Object.fromEntries(Object.entries(money).map(([name, amount]) => [name, formatYuan(amount)])),
      });
      await survives(null, newest, nothing, all, undisturbedMs, KILLS);
    },
    5 * KILLS * MINUTES,
  );

  test(
    'over an older snapshot of the same orders shows the older state or the newer one, never a mixture',
    async () => {
      const home = temporaryFolder();
      expect(await ingest(home, older)).toBe('committed');
      const before = await shownIn(home);
      expect(before.total).toMatchObject({ refunded: '0.00' });
      expect(before.total['paidOrders']).toBeGreaterThan(ROWS / 2);
      const copy = join(dirname(home), `${home}-undisturbed`);
      cpSync(home, copy, { recursive: true });
      const began = Date.now();
      expect(await ingest(copy, newest)).toBe('committed');
      const undisturbedMs = Date.now() - began;
      expect(await shownIn(copy)).toEqual(all);
      rmSync(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      await survives(home, newest, before, all, undisturbedMs, Math.ceil(KILLS / 2));
    },
    5 * KILLS * MINUTES,
  );
});
