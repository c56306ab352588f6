/** Which days of which shops are in, by the ledger and by what operators say. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { completeness } from '../../../src/cli/commands/completeness';
import { type Io } from '../../../src/cli/io';
import { acceptDays, setExpectation } from '../../../src/clickhouse/expectations';
import { deliveriesOfShops } from '../../../src/clickhouse/queries/deliveries';
import { addDays, type BusinessDay } from '../../../src/domain/calendar';
import { silentLogger } from '../../../src/log';
import { measurePace } from '../../../src/operations/measure-pace';
import { raiseAlerts } from '../../../src/operations/raise-alerts';
import { deliver as deliverTo, deliverEachMorning, type Delivered } from '../../support/ledger';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();
const DECISION = { by: 'a test', reason: 'closed for the holidays' };
let store: TestStore;
beforeEach(async () => {
  store = await stores.open({ now: '2026-06-10 09:00:00' });
});

const deliver = async (file: Delivered): Promise<string> => await deliverTo(store, file);
const eachMorning = async (shop: string, from: BusinessDay, to: BusinessDay, except: readonly BusinessDay[] = []) =>
  await deliverEachMorning(store, shop, from, to, except);
const delivered = async (shop: string, since = '2026-01-01') =>
  (await deliveriesOfShops(store.db, since)).find((each) => each.shop === shop);

describe('what a shop has delivered', () => {
  test('reaches from day to day, and a day of which no export came is a gap', async () => {
    await eachMorning('甲', '2026-06-01', '2026-06-09', ['2026-06-04', '2026-06-05']);
    expect(await delivered('甲')).toEqual({
      platform: 'douyin',
      shop: '甲',
      first: '2026-06-01',
      last: '2026-06-09',
      gaps: ['2026-06-04', '2026-06-05'],
      everyDays: 1,
    });
    expect((await delivered('甲', '2026-06-05'))?.gaps).toEqual(['2026-06-05']);
    await deliver({ shops: ['甲', '乙'], snapshot: '2026-06-06', days: ['2026-06-04', '2026-06-05'] });
    expect((await delivered('甲'))?.gaps).toEqual([]);
    expect(await delivered('乙')).toMatchObject({ first: '2026-06-04', last: '2026-06-05', everyDays: null });
  });

  test('has no gap where its exports overlap, although it sells little and one was missed', async () => {
    for (const snapshot of ['2026-04-06', '2026-04-13', '2026-04-20', '2026-05-04']) {
      await deliver({ shops: ['甲'], snapshot, days: [addDays(snapshot, -28), addDays(snapshot, -3)] });
    }
    // Its window begins with days on which nothing was sold.
    await deliver({ shops: ['甲'], snapshot: '2026-06-01', days: ['2026-05-20'] });
    expect(await delivered('甲')).toMatchObject({ first: '2026-03-09', last: '2026-05-31', gaps: [], everyDays: 7 });
  });

  test('is what is committed: not what is held or withdrawn', async () => {
    await eachMorning('甲', '2026-06-01', '2026-06-03');
    await deliver({ shops: ['甲'], snapshot: '2026-06-05', days: ['2026-06-04'], status: 'held' });
    await deliver({ shops: ['甲'], snapshot: '2026-06-06', days: ['2026-06-05'], status: 'withdrawn' });
    expect(await delivered('甲')).toMatchObject({ last: '2026-06-03', gaps: [] });
  });
});

test('the pace stands on the last day without a hole in any shop that is expected', async () => {
  const asOf = async () => (await measurePace(store, {})).asOf;
  await eachMorning('甲', '2026-05-25', '2026-06-09');
  await eachMorning('乙', '2026-05-25', '2026-06-09', ['2026-06-05']);
  expect(await asOf()).toBe('2026-06-04');
  const days = { platform: 'douyin', shop: '乙', first: '2026-06-05', last: '2026-06-05' };
  await acceptDays(store.db, days, DECISION, store.now());
  expect(await asOf()).toBe('2026-06-09');

  const expected = { platform: 'jd', shop: '丙', everyDays: 7, since: '2026-06-08' };
  await setExpectation(store.db, expected, DECISION, store.now());
  expect(await measurePace(store, {})).toMatchObject({ asOf: '2026-06-07', shops: 3 });
  await setExpectation(store.db, { ...expected, everyDays: null }, DECISION, store.now());
  expect(await measurePace(store, {})).toMatchObject({ asOf: '2026-06-09', shops: 2 });
});

test('a shop that reports every week is not missing between two of its exports', async () => {
  await eachMorning('甲', '2026-05-01', '2026-06-09');
  for (const snapshot of ['2026-05-13', '2026-05-20', '2026-05-27']) {
    await deliver({ shops: ['乙'], snapshot, days: [addDays(snapshot, -7), addDays(snapshot, -1)] });
  }
  const stateOn = async (asOf: BusinessDay) => (await measurePace(store, { asOf })).state;
  expect(await stateOn('2026-06-03')).not.toBe('no-data');
  expect(await stateOn('2026-06-08')).not.toBe('no-data');
  expect(await stateOn('2026-06-09')).toBe('no-data');
});

test('nobody is told of missing data where no shop is expected', async () => {
  expect(await raiseAlerts(store, {})).toMatchObject({ alerts: [], standing: expect.stringContaining('nothing') });
  const expected = { platform: 'jd', shop: '丙', everyDays: 1, since: '2026-01-01' };
  await setExpectation(store.db, expected, DECISION, store.now());
  expect(await raiseAlerts(store, {})).toMatchObject({ failure: { code: 'no-recipients' } });
});

test('the matrix shows every shop with its days, and fails while something that was due is missing', async () => {
  await eachMorning('甲', '2026-06-01', '2026-06-09', ['2026-06-05']);
  for (const snapshot of ['2026-05-25', '2026-06-01', '2026-06-08']) {
    await deliver({ shops: ['乙'], snapshot, days: [addDays(snapshot, -7), addDays(snapshot, -1)] });
  }
  const answers: { document: unknown; text: string }[] = [];
  const io: Io = {
    json: false,
    showsProgress: false,
    answer: (document, text) => answers.push({ document, text: text() }),
    note: () => undefined,
    progress: () => undefined,
    log: silentLogger,
  };
  const period = { from: '2026-06-03', to: '2026-06-09' };
  expect(await completeness(io, store, period)).toBe(false);
  const [answer] = answers;
  expect(answer?.text).toContain('douyin    甲    daily     |++G++++|');
  expect(answer?.text).toContain('douyin    乙    weekly    |+++++..|');
  expect(answer?.document).toMatchObject({
    completeTo: '2026-06-04',
    shops: [
      { shop: '乙', everyDays: 7, completeTo: '2026-06-07', days: { '2026-06-08': 'awaited' } },
      { shop: '甲', everyDays: 1, completeTo: '2026-06-04', days: { '2026-06-05': 'gap', '2026-06-09': 'complete' } },
    ],
  });
  const days = { platform: 'douyin', shop: '甲', first: '2026-06-05', last: '2026-06-05' };
  await acceptDays(store.db, days, DECISION, store.now());
  expect(await completeness(io, store, period)).toBe(true);
});
