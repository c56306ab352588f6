/** What an accident takes is there again after a restore, and nothing of a bad backup ever is. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type NamedQuery } from '../../../src/clickhouse/client';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { listAccounts } from '../../../src/clickhouse/accounts';
import { lastDecisions, raisedAlerts } from '../../../src/clickhouse/alerts';
import { deliveriesOf } from '../../../src/clickhouse/deliveries';
import { listGoals } from '../../../src/clickhouse/goals';
import { listFiles } from '../../../src/clickhouse/ledger';
import { readTotals } from '../../../src/clickhouse/queries/totals';
import { listRecipients } from '../../../src/clickhouse/recipients';
import { totalsAreSound, verifyTotals } from '../../../src/clickhouse/totals/verify';
import { readConfig } from '../../../src/config';
import { writeBulkPinduoduo } from '../../../src/demo/bulk';
import { silentLogger } from '../../../src/log';
import { deploymentOf } from '../../../src/operations/deployment';
import { openContext } from '../../../src/operations/open';
import {
  answerOf,
  failureOf,
  paceline,
  removeFolders,
  startPaceline,
  type Surroundings,
  temporaryFolder,
} from '../../support/process';
import { ALL_DAYS } from '../../support/state';

afterAll(removeFolders);

const env = { PACELINE_CLOCK: '2026-10-21 09:00:00', ALERT_TO: 'bureau@example.invalid', PACELINE_HTTP_PORT: 'off' };
const fixture = (name: string): string => join(packageRoot(), 'fixtures', name);
const aHome = (): Surroundings => ({ home: temporaryFolder(), env });

const SEEN_BY_ANALYSTS: NamedQuery<{ platform: string; orders: number; net: string }> = {
  name: 'totals in the views',
  sql: `SELECT platform, toUInt32(sum(paid_orders)) AS orders, sum(net) AS net FROM analytics.totals
    GROUP BY platform ORDER BY platform`,
  row: z.object({ platform: z.string(), orders: z.number(), net: z.string() }),
};

/** What people can see of a store. */
async function seenOf({ home }: Surroundings) {
  const context = await openContext(deploymentOf(readConfig({ PACELINE_HOME: home, ...env }), silentLogger));
  try {
    const { db } = context;
    const alerts = await raisedAlerts(db, new Date(0));
    return {
      totals: await readTotals(db, { ...ALL_DAYS, by: ['platform', 'day', 'province'] }),
      // The suffix of an attempt is drawn.
      files: (await listFiles(db)).map((file) => ({ ...file, staging: '' })),
      goals: await listGoals(db),
      accounts: await listAccounts(db),
      recipients: await listRecipients(db),
      decisions: await lastDecisions(db),
      deliveries: await deliveriesOf(
        db,
        alerts.map(({ alert }) => alert.id),
      ),
      sound: totalsAreSound(await verifyTotals(db)),
      ofAnalysts: await db.rows(SEEN_BY_ANALYSTS),
    };
  } finally {
    await context.close();
  }
}

const nothing = { total: { paidOrders: 0 } };
const load = async (where: Surroundings, ...names: string[]): Promise<unknown> =>
  await answerOf(['ingest', ...names.map(fixture), '--shop', '云岫店'], where);

describe('a store that was lost', () => {
  const lost = aHome();
  const folder = join(temporaryFolder(), 'backup');
  let atBackup: Awaited<ReturnType<typeof seenOf>>;

  beforeAll(async () => {
    await load(lost, 'pinduoduo/orders_export2026-06-09-09-30-15.csv', 'jd/orders-2026.csv');
    await answerOf(['goal', 'set', '--year', '2026', '--amount', '1000000'], lost);
    await answerOf(['users', 'add', 'li', '--role', 'analyst'], lost);
    await answerOf(['recipients', 'add', 'office@example.invalid', '--kind', 'data'], lost);
    const held = join(temporaryFolder(), 'paceline_douyin_20261020020000.csv');
    cpSync(fixture('template/bad-rows.csv'), held);
    await paceline(['ingest', held], lost);
    rmSync(held);
    await answerOf(['alert'], lost);
    atBackup = await seenOf(lost);
    await answerOf(['backup', folder], lost);
  }, 120_000);

  test('is again what it was, and goes on as if nothing had happened', async () => {
    const later = ['pinduoduo/refunds-and-cancelled.csv', 'youzan/orders.csv'];
    await load(lost, ...later);
    const without = await seenOf(lost);
    expect(without).not.toEqual(atBackup);
    expect(atBackup.ofAnalysts.map(({ platform }) => platform)).toEqual(['jd', 'pinduoduo']);
    expect(atBackup).toMatchObject({ sound: true, accounts: [{ name: 'li' }], goals: [{ year: 2026 }] });
    expect(atBackup.deliveries.length).toBeGreaterThan(0);

    const fresh = aHome();
    expect(await answerOf(['restore', folder], fresh)).toMatchObject({ ok: true });
    expect(await seenOf(fresh)).toEqual(atBackup);
    const mails = (where: Surroundings) => readdirSync(join(where.home, 'outbox'));
    expect(mails(fresh)).toEqual(mails(lost));
    expect(mails(fresh).length).toBeGreaterThan(0);
    await load(fresh, ...later);
    expect(await seenOf(fresh)).toEqual(without);

    // The rows of the held file came along: its original is gone.
    const { files } = await answerOf<{ files: { fileId: string; status: string }[] }>(['files'], fresh);
    const held = files.find(({ status }) => status === 'held');
    expect(await answerOf(['files', 'release', held?.fileId ?? ''], fresh)).toMatchObject({
      status: 'committed',
      rows: { loaded: 3 },
    });
  }, 120_000);

  test('is not written over unless that was asked for, and then is replaced as a whole', async () => {
    const other = aHome();
    await load(other, 'youzan/orders.csv');
    const before = await seenOf(other);
    expect(await failureOf(['restore', folder], other)).toMatchObject({ code: 'store-not-empty' });
    expect(await answerOf(['restore', folder, '--check'], other)).toMatchObject({ sound: true });
    expect(await seenOf(other)).toEqual(before);
    expect(await answerOf(['restore', folder, '--replace'], other)).toMatchObject({ ok: true });
    expect(await seenOf(other)).toEqual(atBackup);
  }, 120_000);

  test('cannot be restored from what is not the backup that was written', async () => {
    const where = aHome();
    const files = readdirSync(folder).filter((name) => name.endsWith('.zst'));
    const damage: [string, (copy: string) => void, string][] = [
      ['cut', (copy) => truncateSync(join(copy, 'orders.native.zst'), 100), 'backup-damaged'],
      ['flipped', (copy) => flipBit(join(copy, 'files.native.zst')), 'backup-damaged'],
      ['short of a file', (copy) => rmSync(join(copy, files[0] ?? '')), 'backup-damaged'],
      ['edited', (copy) => flipBit(join(copy, 'manifest.json')), 'backup-damaged'],
      ['sealed with more rows than are there', (copy) => resealWithMore(copy, 'kept_rows'), 'backup-damaged'],
      ['sealed with rows in an empty table', (copy) => resealWithMore(copy, 'audit'), 'backup-damaged'],
      ['unfinished', (copy) => rmSync(join(copy, 'manifest.sha256')), 'nothing-found'],
    ];
    for (const [, spoil, code] of damage) {
      const copy = join(temporaryFolder(), 'copy');
      cpSync(folder, copy, { recursive: true });
      spoil(copy);
      expect(await failureOf(['restore', copy], where)).toMatchObject({ code });
    }
    expect(await answerOf(['totals'], where)).toMatchObject(nothing);
  }, 120_000);

  test('is not restored under a process that serves it, and no backup is written over another', async () => {
    const { home } = lost;
    const serving = startPaceline(['start'], { home, env: { ...env, PACELINE_METRICS_LISTEN: 'off' } });
    try {
      let said = '';
      serving.child.stderr?.on('data', (text: string) => (said += text));
      while (!said.includes('at work')) await wait(20);
      expect(await failureOf(['restore', folder, '--replace'], lost)).toMatchObject({ code: 'store-in-use' });
      expect(await failureOf(['backup', folder], lost)).toMatchObject({ code: 'output-unwritable' });
      const second = join(temporaryFolder(), 'second');
      expect(await answerOf(['backup', second], lost)).toMatchObject({ folder: second });
      expect(statSync(second).mode & 0o077).toBe(0);
    } finally {
      serving.child.kill('SIGTERM');
      await serving.ended;
    }
  }, 120_000);
});

/** Says of a table that it has a row more, and seals that as if it had been written so. */
function resealWithMore(folder: string, table: string): void {
  const path = join(folder, 'manifest.json');
  const said = readFileSync(path, 'utf8');
  const text = said.replace(
    new RegExp(`("name": "${table}",[^]*?"rows": )(\\d+)`),
    (_, before: string, rows: string) => `${before}${Number(rows) + 1}`,
  );
  expect(text).not.toBe(said);
  writeFileSync(path, text);
  writeFileSync(join(folder, 'manifest.sha256'), createHash('sha256').update(text).digest('hex'));
}

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(path, bytes);
}

describe('a restore that is killed', () => {
  test('leaves what was there, or all of the backup, and is simply run again', async () => {
    const large = aHome();
    const path = join(temporaryFolder(), 'orders_export2026-01-01-06-00-00.csv');
    await writeBulkPinduoduo({ path, rows: 30_000, seed: 1, year: 2025 });
    await answerOf(['ingest', path, '--shop', '云岫店'], large);
    const folder = join(temporaryFolder(), 'backup');
    await answerOf(['backup', folder], large);
    const all = await shown(large);

    const small = aHome();
    await load(small, 'youzan/orders.csv');
    const before = await shown(small);
    const began = Date.now();
    await answerOf(['restore', folder], aHome());
    const undisturbedMs = Date.now() - began;
    const outcomes = new Set<string>();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const where = aHome();
      cpSync(join(small.home, 'engine'), join(where.home, 'engine'), { recursive: true });
      const restoring = startPaceline(['restore', folder, '--replace'], where);
      await wait((undisturbedMs * kill) / (KILLS + 1));
      restoring.kill();
      await restoring.ended;
      const left = await shown(where);
      outcomes.add(left === all ? 'all' : 'before');
      if (left !== all) expect(left).toBe(before);
      await answerOf(['restore', folder, '--replace'], where);
      expect(await shown(where)).toBe(all);
    }
    expect(outcomes).toContain('before');
  }, 240_000);
});

const KILLS = 3;
const shown = async (where: Surroundings): Promise<string> =>
  JSON.stringify((await seenOf(where)).totals, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
