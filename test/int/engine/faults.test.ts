import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { openDatabase } from '../../../src/clickhouse/client';
import { endpointFile } from '../../../src/clickhouse/engine/files';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { bulkExportName, writeBulkPinduoduo } from '../../../src/demo/bulk';
import { formatYuan } from '../../../src/domain/money';
import { answerOf, built, failureOf, removeFolders, startNode, temporaryFolder } from '../../support/process';
import { endHolders, startHolder } from './holders';

const leases: EngineLease[] = [];
const mounts: string[] = [];

afterEach(() => {
  for (const lease of leases.splice(0)) lease.release();
  endHolders();
});
afterAll(() => {
  for (const mount of mounts) execFileSync('umount', ['--lazy', mount]);
  removeFolders();
});

describe('a directory that another process holds', () => {
  test('is refused with the number of that process', async () => {
    const directory = join(temporaryFolder(), 'engine');
    const { pid } = await startHolder(directory).held;
    // Without its endpoint file the engine is any process that holds the lock.
    rmSync(endpointFile(directory));
    await expect(leaseEngine(directory, { lockWaitMs: 300 })).rejects.toMatchObject({
      code: 'engine-directory-locked',
      kind: 'transient',
      message: expect.stringContaining(`process ${pid})`) as unknown,
    });
  });

  test('is used as soon as that process has ended', async () => {
    const directory = join(temporaryFolder(), 'engine');
    const holder = startHolder(directory);
    await holder.held;
    rmSync(endpointFile(directory));
    const next = leaseEngine(directory);
    await wait(500);
    holder.kill();
    leases.push(await next);
    expect(leases[0]?.started).toBe(true);
  });
});

describe('a machine without a binary of the engine', () => {
  async function startOn(platform: string, env: Record<string, string>): Promise<{ code: string; advice: string }> {
    const launch = JSON.stringify(built('src/clickhouse/engine/launch.js'));
    const { stdout } = await startNode(
      [
        '-e',
        `Object.defineProperty(process, 'platform', { value: ${JSON.stringify(platform)} });
         require(${launch}).leaseEngine(${JSON.stringify(join(temporaryFolder(), 'engine'))}).then(
           () => process.exit(1), (error) => console.log(JSON.stringify(error)))`,
      ],
      env,
    ).ended;
    return JSON.parse(stdout) as { code: string; advice: string };
  }

  test('is told so, with the way out', async () => {
    const failure = await startOn('win32', {});
    expect(failure).toMatchObject({ code: 'engine-platform-unsupported', kind: 'terminal' });
    expect(failure.advice).toContain('CLICKHOUSE_URL');
  });

  test('is not talked into another binary by the environment', async () => {
    const other = { CHDB_LIBCHDB_PATH: __filename, CHDB_LIBCHDB_DIR: __dirname };
    expect(await startOn('win32', other)).toMatchObject({ code: 'engine-platform-unsupported' });
  });
});

describe('an engine that is killed in the middle of a query', () => {
  test('is a transient failure of that query, and the next command works', async () => {
    const directory = join(temporaryFolder(), 'engine');
    const engine = await leaseEngine(directory);
    const db = openDatabase({ ...engine, database: 'default' });
    const slow = db.row({
      name: 'slow',
      sql: 'SELECT sum(sleepEachRow(0.1)) AS n FROM numbers(100) SETTINGS max_block_size = 1',
      row: z.object({ n: z.number() }),
    });
    const outcome = expect(slow).rejects.toMatchObject({ code: 'store-unreachable', kind: 'transient' });
    await wait(300);
    process.kill(engine.pid, 'SIGKILL');
    await outcome;
    await expect(db.command('next', 'SELECT 1')).rejects.toMatchObject({ kind: 'transient' });
    await db.close();
    leases.push(await leaseEngine(directory));
    expect(leases[0]?.started).toBe(true);
  });

  test('breaks off an answer that is read row by row, and does not end it', async () => {
    const engine = await leaseEngine(join(temporaryFolder(), 'engine'));
    const db = openDatabase({ ...engine, database: 'default' });
    let read = 0;
    const reading = (async () => {
      const rows = db.each(
        {
          name: 'numbers',
          sql: 'SELECT number AS n, repeat(toString(n), 50) AS text FROM numbers({rows: UInt32})',
          row: z.object({ n: z.string() }),
        },
        { rows: ROWS },
      );
      for await (const { n } of rows) {
        expect(n).toBe(String(read++));
        if (read === 1000) process.kill(engine.pid, 'SIGKILL');
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'store-unreachable', kind: 'transient' });
    expect(read).toBeLessThan(ROWS);
    await db.close();
  });

  test('is let go of when the rest of an answer is not wanted', async () => {
    const engine = await leaseEngine(join(temporaryFolder(), 'engine'));
    leases.push(engine);
    const db = openDatabase({ ...engine, database: 'default' });
    const all = { name: 'numbers', sql: `SELECT number AS n FROM numbers(${ROWS})`, row: z.object({ n: z.string() }) };
    for await (const { n } of db.each(all)) if (n === '10') break;
    await expect(db.ping()).resolves.toBe(true);
    await db.close();
  });
});

const ROWS = 1_000_000;

describe('a full disk', () => {
  /** A small disk of memory, or null where mounting is not permitted. */
  function smallDisk(size: string): string | null {
    const disk = join(temporaryFolder(), 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      process.stderr.write('skipped: a full disk needs a small one, and mounting is not permitted here\n');
      return null;
    }
    mounts.push(disk);
    return disk;
  }

  test('is named when the engine cannot start, and the command works once there is space', async () => {
    const disk = smallDisk('1m');
    if (disk === null) return;
    const home = join(disk, 'home');
    const filler = join(disk, 'filler');
    for (const left of [0, 8, 16, 40]) {
      rmSync(filler, { force: true });
      writeFileSync(filler, Buffer.alloc(1024 * (1024 - left)));
      expect(await failureOf(['files'], { home })).toMatchObject({ code: 'disk-full' });
      if (left !== 40) rmSync(home, { recursive: true });
    }
    rmSync(filler);
    execFileSync('mount', ['-o', 'remount,size=64m', disk]);
    expect(await answerOf(['files'], { home })).toEqual({ files: [] });
  });

  test('in the middle of an ingest leaves nothing of the file, and a plain rerun loads all of it', async () => {
    const disk = smallDisk('48m');
    if (disk === null) return;
    const path = join(temporaryFolder(), bulkExportName(2025));
    const { figures } = await writeBulkPinduoduo({ path, rows: 60_000, seed: 4, year: 2025 });
    const surroundings = { home: join(disk, 'home') };
    expect(await answerOf(['files'], surroundings)).toEqual({ files: [] });
    const filler = join(disk, 'filler');
    const free = Number(execFileSync('df', ['--output=avail', '-k', disk], { encoding: 'utf8' }).split('\n')[1]);
    for (const left of [3_000, 1_000]) {
      writeFileSync(filler, Buffer.alloc(1024 * (free - left)));
      const ingest = ['ingest', path, '--shop', 'a shop'];
      expect(await failureOf(ingest, surroundings)).toMatchObject({ code: 'disk-full' });
      rmSync(filler);
      expect(await answerOf(['totals'], surroundings)).toMatchObject({
        rows: [],
        total: { paidOrders: 0, net: '0.00' },
      });
    }
    const loaded = await answerOf<{ files: unknown[] }>(['ingest', path, '--shop', 'a shop'], surroundings);
    expect(loaded.files).toMatchObject([{ status: 'committed', rows: { read: 60_000, loaded: 60_000 } }]);
    expect(await answerOf(['totals'], surroundings)).toMatchObject({
      total: { paidOrders: figures.paidOrders, gross: formatYuan(figures.gross), net: formatYuan(figures.net) },
    });
    expect(await answerOf(['verify'], surroundings)).toMatchObject({ ok: true });
  });
});
