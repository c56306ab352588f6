/** What is told of the data, to whom, and what the record says of it: on the engine, with real mail servers. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { recordWord } from '../../../src/clickhouse/alert-words';
import { DATA, raisedAlerts, standingOf } from '../../../src/clickhouse/alerts';
import { deliveriesOf } from '../../../src/clickhouse/deliveries';
import { setGoal } from '../../../src/clickhouse/goals';
import { findFile, recordFile } from '../../../src/clickhouse/ledger';
import { recordRecipient } from '../../../src/clickhouse/recipients';
import { DEFAULT_ALERT_SETTINGS } from '../../../src/domain/alert-settings';
import { type DataAlert, type Delivery } from '../../../src/domain/alert';
import { instantOf } from '../../../src/domain/calendar';
import { type RecipientRule } from '../../../src/domain/recipients';
import { deliverAlert } from '../../../src/operations/deliver-alert';
import { raiseAlerts } from '../../../src/operations/raise-alerts';
import { deliver, deliverEachMorning } from '../../support/ledger';
import { raiseAll } from '../../support/raise-all';
import { type TestStore, useStores } from '../../support/store';
import { smtpReply, startScriptedServer, startSmtpServer, type TestServer } from '../mail/servers';

const stores = useStores();
const TO = 'office@commerce.example.cn';
const BY = { by: 'a test', reason: 'it is known' };
let store: TestStore;
beforeEach(async () => {
  const settings = { alerts: { ...DEFAULT_ALERT_SETTINGS, to: [TO] }, mailFrom: 'paceline@example.cn' };
  store = await stores.open({ now: '2026-06-10 02:30:00', settings });
  // The ledger of these tests knows exports and no sales: any goal above nothing would be missed.
  await setGoal(store.db, { year: 2026, measure: 'net', amount: 0n, setOn: '2026-01-01' }, store.now());
});

const on = (day: string): TestStore => store.with({ now: () => new Date(instantOf(`${day} 02:30:00`)) });

/** One night of alerts: what is raised and delivered, as `kind recipient outcome`. */
async function night(at: TestStore): Promise<string[]> {
  const alerts = await raiseAll(at);
  const told: string[] = [];
  for (const { alertId, kind, recipients } of alerts) {
    for (const recipient of recipients) {
      const { outcome } = await deliverAlert(at, { alertId, recipient });
      told.push(`${kind} ${recipient} ${outcome}`);
    }
  }
  return told;
}

/** A night on which a day of one shop is missing, another has stopped, one file is held and one is full of rejects. */
async function badNight(): Promise<void> {
  await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
  await deliverEachMorning(store, '乙', '2026-06-01', '2026-06-05');
  await deliver(store, {
    shops: ['丙'],
    snapshot: '2026-06-09',
    days: ['2026-06-08'],
    status: 'held',
    code: 'rows-unusual',
  });
  for (const snapshot of ['2026-06-06', '2026-06-07', '2026-06-08']) {
    await deliver(store, {
      shops: ['丁'],
      snapshot,
      days: [`2026-06-0${Number(snapshot.slice(-1)) - 1}`],
      loaded: 1000,
      rejected: 1,
    });
  }
  await deliver(store, { shops: ['丁'], snapshot: '2026-06-09', days: ['2026-06-08'], loaded: 900, rejected: 100 });
}

const open = async (): Promise<string[]> =>
  ((await standingOf(store.db, DATA))?.standing.known ?? [])
    .filter(({ goneSince }) => goneSince === null)
    .map(({ subject }) => subject);

describe('what is wrong with the data', () => {
  test('is told once, all of one night in one mail, and never as a pace', async () => {
    await badNight();
    expect(await night(on('2026-06-10'))).toEqual([`data-problem ${TO} written`]);
    expect(await open()).toEqual([
      expect.stringMatching(/^data\/held\/[0-9a-f]{12}$/),
      'data/missing/douyin/乙',
      'data/missing/douyin/甲',
      'data/rejects/douyin/丁',
    ]);
    const [raised] = await raisedAlerts(store.db, new Date(0));
    expect(raised?.alert).toMatchObject({
      kind: 'data-problem',
      found: [
        { kind: 'held', shop: '丙', code: 'rows-unusual' },
        { kind: 'missing', shop: '乙', last: '2026-06-05', first: '2026-06-06', days: 4 },
        { kind: 'missing', shop: '甲', first: '2026-06-04', days: 1 },
        { kind: 'rejects', shop: '丁', rejected: 100, rows: 1000 },
      ],
      stillOpen: [],
    });
    expect(await night(on('2026-06-10'))).toEqual([]);
    // The next night one more shop is late, and the pace cannot be judged: that is told, beside what still is wrong.
    expect(await night(on('2026-06-11'))).toEqual([`data-problem ${TO} written`]);
    const { alert } = (await raisedAlerts(store.db, new Date(0)))[1]!;
    expect(alert).toMatchObject({ found: [{ kind: 'missing', shop: '丁' }, { kind: 'unjudged' }] });
    expect((alert as DataAlert).stillOpen).toHaveLength(4);
  });

  test('is closed when it is mended, and told again only when it is new', async () => {
    await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
    expect(await night(on('2026-06-10'))).toEqual([`data-problem ${TO} written`]);
    await deliver(store, { shops: ['甲'], snapshot: '2026-06-10', days: ['2026-06-04', '2026-06-09'] });
    expect(await night(on('2026-06-11'))).toEqual([]);
    expect(await open()).toEqual([]);
    expect(await night(on('2026-06-25'))).toEqual([`data-problem ${TO} written`, `report-week ${TO} written`]);
    expect(await open()).toContain('data/missing/douyin/甲');
  });

  test('and muted is told when the mute ends, if it is still so', async () => {
    await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
    const word = { subject: 'data/missing', spell: null, from: '2026-06-10', until: '2026-06-10', ...BY } as const;
    await recordWord(store.db, { word: 'mute', ...word });
    expect(await night(on('2026-06-10'))).toEqual([]);
    await deliver(store, { shops: ['甲'], snapshot: '2026-06-10', days: ['2026-06-09'] });
    expect(await night(on('2026-06-11'))).toEqual([`data-problem ${TO} written`]);
  });

  test('is not told while nobody is there to be told, and then at once', async () => {
    await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
    const nobody = store.with({ settings: { alerts: DEFAULT_ALERT_SETTINGS } });
    expect(await raiseAlerts(nobody, {})).toMatchObject({ failure: { code: 'no-recipients' } });
    expect(await night(store)).toEqual([`data-problem ${TO} written`]);
  });
});

describe('recipients', () => {
  const rule = (recipient: string, change: Partial<RecipientRule> = {}): RecipientRule => ({
    recipient,
    kind: 'all',
    scope: '',
    ...change,
  });

  test('of a kind hear of it instead of those of ALERT_TO, who keep the rest', async () => {
    await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
    await recordRecipient(store.db, rule('data@example.cn', { kind: 'data' }), true, BY);
    await recordRecipient(store.db, rule('league@example.cn', { scope: 'league=呼和浩特市' }), true, BY);
    expect(await night(on('2026-06-10'))).toEqual(['data-problem data@example.cn written']);
    await deliver(store, { shops: ['甲'], snapshot: '2026-06-15', days: ['2026-06-14'] });
    await deliver(store, { shops: ['甲'], snapshot: '2026-06-15', days: ['2026-06-04'] });
    expect(await night(on('2026-06-15'))).toEqual([`report-week ${TO} written`]);
  });

  test('who are not told any more get no alert that still waited for them', async () => {
    await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
    for (const name of ['a@example.cn', 'b@example.cn']) await recordRecipient(store.db, rule(name), true, BY);
    expect((await raiseAlerts(store, {})).recipients).toEqual(['a@example.cn', 'b@example.cn']);
    await recordRecipient(store.db, rule('b@example.cn'), false, BY);
    expect(await night(store)).toEqual(['data-problem a@example.cn written']);
  });
});

describe('the record of a delivery', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const kept = <T extends TestServer>(server: T): T => (servers.push(server), server);
  const via = (server: TestServer): TestStore => store.with({ settings: { smtpUrl: server.url } });
  const raised = async (): Promise<{ alertId: string; recipient: string }> => {
    await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-08', ['2026-06-04']);
    const { alerts } = await raiseAlerts(store, {});
    return { alertId: alerts[0]!.alertId, recipient: TO };
  };
  const record = async (key: { alertId: string }): Promise<Delivery[]> => await deliveriesOf(store.db, [key.alertId]);

  test('is written after the 250, and the mail is not sent again', async () => {
    const key = await raised();
    const server = kept(await startSmtpServer());
    const first = await deliverAlert(via(server), key);
    expect(first).toMatchObject({ outcome: 'delivered', detail: expect.stringMatching(/^250 /) });
    expect(await deliverAlert(via(server), key)).toEqual(first);
    expect(await record(key)).toEqual([first]);
    expect(server.accepted).toHaveLength(1);
    expect((await simpleParser(server.accepted[0]!)).messageId).toBe(first.messageId);
  });

  test('is empty after a temporary refusal, and the next attempt arrives, once', async () => {
    const key = await raised();
    let refusals = 0;
    const judge = () => ((refusals += 1) <= 2 ? smtpReply(451, 'try later') : null);
    const server = kept(await startSmtpServer({ judge }));
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(deliverAlert(via(server), key)).rejects.toMatchObject({
        kind: 'transient',
        code: 'mail-unreachable',
      });
      expect(await record(key)).toEqual([]);
    }
    expect(await deliverAlert(via(server), key)).toMatchObject({ outcome: 'delivered' });
    expect(server.accepted).toHaveLength(1);
  });

  test('shows a refusal for good, and nothing is sent again by itself', async () => {
    const key = await raised();
    const server = kept(await startSmtpServer({ judge: () => smtpReply(554, 'no') }));
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      expect(await deliverAlert(via(server), key)).toMatchObject({ outcome: 'refused', detail: '554 no' });
    }
    expect(server.contents()).toBe(1);
    expect(await night(via(server))).toEqual([]);
  });

  test('shows an unknown outcome where the connection is dropped after the content, and nothing is sent again', async () => {
    const key = await raised();
    const server = kept(await startScriptedServer({ content: 'hang-up' }));
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      expect(await deliverAlert(via(server), key)).toMatchObject({ outcome: 'unknown' });
    }
    expect(server.contents()).toBe(1);
    expect(await night(via(server))).toEqual([]);
    expect(await record(key)).toHaveLength(1);
  });

  test('of two processes at once one hands over and the other waits', async () => {
    const key = await raised();
    const server = kept(
      await startSmtpServer({ judge: () => new Promise((done) => setTimeout(() => done(null), 300)) }),
    );
    const both = await Promise.allSettled([deliverAlert(via(server), key), deliverAlert(via(server), key)]);
    expect(server.accepted.length).toBeLessThanOrEqual(1);
    for (const one of both) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ kind: 'transient', code: 'delivery-busy' });
    }
    expect(await deliverAlert(via(server), key)).toMatchObject({ outcome: 'delivered' });
    expect(server.accepted).toHaveLength(1);
  });

  test('of a process that ended while the content left is unknown, once it has given no sign of life for a minute', async () => {
    const key = await raised();
    const server = kept(await startSmtpServer());
    const claim = { alert_id: key.alertId, recipient: TO, claim: randomUUID(), state: 'taken' };
    const ago = async (seconds: number): Promise<void> => {
      const at = new Date(Date.now() - seconds * 1000).toISOString().replace('T', ' ').slice(0, -1);
      await store.db.insert('delivery_claims', [{ ...claim, at }]);
    };
    await ago(300);
    await ago(30);
    await expect(deliverAlert(via(server), key)).rejects.toMatchObject({ code: 'delivery-busy' });
    await store.db.command('forget the sign of life', 'TRUNCATE TABLE delivery_claims');
    await ago(61);
    expect(await deliverAlert(via(server), key)).toMatchObject({ outcome: 'unknown' });
    expect(server.contents()).toBe(0);
  });

  test('is told to the store with the next attempt where it was gone after the 250, and nothing is sent again', async () => {
    const key = await raised();
    const server = kept(await startSmtpServer());
    const at = via(server);
    const insert = async (table: string, rows: readonly object[]): Promise<void> => {
      if (table === 'deliveries') throw new Error('the store is gone');
      await at.db.insert(table, rows);
    };
    const db: TestStore['db'] = Object.assign(Object.create(at.db) as TestStore['db'], { insert });
    await expect(deliverAlert(at.with({ db }), key)).rejects.toThrow('the store is gone');
    expect(await record(key)).toEqual([]);
    expect(await deliverAlert(at, key)).toMatchObject({ outcome: 'delivered' });
    expect(server.accepted).toHaveLength(1);
    expect(await record(key)).toHaveLength(1);
  });

  test('without a server is a file in the outbox, written once', async () => {
    const key = await raised();
    const first = await deliverAlert(store, key);
    expect(await deliverAlert(store, key)).toEqual(first);
    expect(await readdir(store.settings.outboxDir)).toHaveLength(1);
  });
});

test('a held file that is decided on is wrong no more', async () => {
  await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-09');
  const fileId = await deliver(store, { shops: ['甲'], snapshot: '2026-06-09', days: ['2026-06-08'], status: 'held' });
  await night(store);
  expect(await open()).toEqual([`data/held/${fileId.slice(0, 12)}`]);
  const entry = (await findFile(store.db, fileId))!;
  await recordFile(store.db, { ...entry, seq: 2, status: 'refused', decision: BY }, store.now());
  expect(await night(store)).toEqual([]);
  expect(await open()).toEqual([]);
});
