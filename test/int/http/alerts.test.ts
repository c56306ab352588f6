import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DATA, paceOf, recordDecision } from '../../../src/clickhouse/alerts';
import { type Alert } from '../../../src/domain/alert';
import { type DataStanding } from '../../../src/domain/data-alerts';
import { type PaceStanding } from '../../../src/domain/pace-alerts';
import { openTestApi, type TestApi } from '../../support/api';
import { type TestStore, useStores } from '../../support/store';
import { behind } from '../../unit/mail/alerts';

const DAY = '2026-06-10';
const PACE = 'pace/2026/net/all';
const MISSING = 'data/missing/douyin/云岫茶行';

const stores = useStores();
let store: TestStore;
let api: TestApi;
let operator: string;

/** A year that fell behind, and a shop of which exports are missing. */
beforeEach(async () => {
  store = await stores.open({ now: `${DAY} 09:00:00` });
  api = await openTestApi(store);
  operator = await api.account('bayar', 'operator');
  const pace: PaceStanding = {
    state: 'behind',
    since: '2026-06-01',
    decidedFor: DAY,
    judged: { state: 'behind', since: '2026-06-01', asOf: DAY },
    told: { state: 'behind', on: '2026-06-01' },
    raisedToday: [],
  };
  const data: DataStanding = {
    decidedFor: DAY,
    known: [
      { subject: MISSING, since: '2026-06-08', toldOn: '2026-06-09', goneSince: null },
      { subject: 'data/totals', since: '2026-06-01', toldOn: '2026-06-01', goneSince: '2026-06-02' },
    ],
  };
  const goal = { year: 2026, measure: 'net' as const, amount: 1n, setOn: null };
  const why = { seq: 1, decidedFor: DAY, why: 'so it is', alerts: [], recipients: [] };
  await recordDecision(store.db, paceOf(goal), { ...why, next: pace }, store.now());
  await recordDecision(store.db, DATA, { ...why, next: data }, store.now());
});
afterEach(async () => await api.server.close());

const say = async (word: string, payload: object, as = operator) =>
  await api.ask(`/v1/alerts/${word}`, as, { method: 'POST', payload });
const now = async () => (await api.ask('/v1/alerts/now', operator)).json<{ words: object[] }>();

test('what stands, what is wrong with the data and what is kept quiet is told, and changes with an operator’s word', async () => {
  expect(await now()).toMatchObject({
    asOf: DAY,
    decisions: [
      { subject: 'data', pace: null },
      { subject: PACE, pace: { judged: { state: 'behind', since: '2026-06-01' }, told: { on: '2026-06-01' } } },
    ],
    open: [{ subject: MISSING, since: '2026-06-08', toldOn: '2026-06-09' }],
    words: [],
  });
  const until = '2026-06-20';
  expect((await say('ack', { subject: PACE, until, reason: '已约谈' })).statusCode).toBe(201);
  expect((await say('mute', { subject: 'data/missing', until, reason: '停业' })).statusCode).toBe(201);
  expect((await now()).words).toEqual([
    { word: 'ack', subject: PACE, spell: '2026-06-01', from: DAY, until, by: 'bayar', reason: '已约谈' },
    { word: 'mute', subject: 'data/missing', spell: null, from: DAY, until, by: 'bayar', reason: '停业' },
  ]);
  expect((await say('unmute', { subject: 'data/missing', reason: '恢复营业' })).statusCode).toBe(201);
  expect((await now()).words).toMatchObject([{ word: 'ack' }]);
});

test('what was said stands in the access log with its end and reason', async () => {
  await say('mute', { subject: 'data', until: '2026-06-20', reason: '停业' });
  await api.server.doorkeeper.close();
  const { entries } = (await api.ask('/v1/audit', operator)).json<{ entries: { detail: string }[] }>();
  expect(entries.map(({ detail }) => detail)).toContain('mute data until 2026-06-20: 停业');
});

test.each([
  ['ack', { subject: 'data/missing', until: '2026-06-20', reason: 'x' }, 409],
  ['ack', { subject: 'pace/2025/net/all', until: '2026-06-20', reason: 'x' }, 409],
  ['unmute', { subject: 'data/held', reason: 'x' }, 409],
])('%s %j is refused', async (word, payload, status) => {
  expect((await say(word, payload)).statusCode).toBe(status);
  expect((await now()).words).toEqual([]);
});

test.each([
  ['subject', { subject: 'weather', until: '2026-06-20', reason: 'x' }],
  ['until', { subject: 'data', until: '2026-06-09', reason: 'x' }],
  ['reason', { subject: 'data', until: '2026-06-20', reason: '  ' }],
  ['reason', { subject: 'data', until: '2026-06-20' }],
])('a mute with a wrong %s is refused by its name', async (parameter, payload) => {
  const answer = await say('mute', payload);
  expect([answer.statusCode, answer.json()]).toMatchObject([400, { faults: [{ in: 'body', parameter }] }]);
  expect((await now()).words).toEqual([]);
});

test('the list of alerts is had page after page, newest first, and as a file to its end', async () => {
  const decided = { decidedFor: DAY, next: { decidedFor: DAY, known: [] }, why: 'so it is', recipients: ['a@b.cn'] };
  const raise = async (seq: number, ...days: string[]) => {
    const alerts = days.map((day): Alert => ({ ...behind, id: `2026-net-pace-behind-${day}`, raisedFor: day }));
    await recordDecision(store.db, DATA, { ...decided, seq, alerts }, new Date(Date.UTC(2026, 5, 10, seq)));
  };
  await raise(2, '2026-06-01', '2026-06-02');
  await raise(3, '2026-06-03');
  await raise(4, '2026-06-04', '2026-06-05');
  interface Page {
    readonly alerts: readonly { readonly raisedFor: string; readonly recipients: readonly string[] }[];
    readonly next: string | null;
  }
  const pages: string[][] = [];
  for (let cursor = ''; ;) {
    const { alerts, next } = (await api.ask(`/v1/alerts?limit=2${cursor}`, operator)).json<Page>();
    pages.push(alerts.map(({ raisedFor }) => raisedFor.slice(-1)));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(pages).toEqual([['5', '4'], ['3', '2'], ['1']]);
  const file = await api.ask('/v1/alerts?format=csv&language=en', operator);
  expect(file.body.trim().split('\r\n')).toHaveLength(6);
});

test('an analyst reads where alerts stand, and keeps nothing quiet', async () => {
  const analyst = await api.account('reader', 'analyst');
  expect((await api.ask('/v1/alerts/now', analyst)).statusCode).toBe(200);
  const payload = { subject: 'data', until: '2026-06-20', reason: 'x' };
  for (const word of ['ack', 'mute', 'unmute']) expect((await say(word, payload, analyst)).statusCode).toBe(403);
});
