/** Goals of parts of the region: judged each on its own, told to whoever is named for it, shown in the region's mail. */
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { lastDecisions, recordDecision } from '../../../src/clickhouse/alerts';
import { setExpectation } from '../../../src/clickhouse/expectations';
import { setGoal } from '../../../src/clickhouse/goals';
import { recordRecipient } from '../../../src/clickhouse/recipients';
import { keepReport, type Report, reportOn } from '../../../src/clickhouse/reports';
import { registerShops } from '../../../src/clickhouse/shops';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { DEFAULT_ALERT_SETTINGS } from '../../../src/domain/alert-settings';
import { instantOf } from '../../../src/domain/calendar';
import { type GoalScope } from '../../../src/domain/goal';
import { type PaceStanding } from '../../../src/domain/pace-alerts';
import { deliverAlert } from '../../../src/operations/deliver-alert';
import { sayGoal } from '../../../src/operations/goals-standing';
import { measurePace } from '../../../src/operations/measure-pace';
import { ingestFile } from '../../../src/operations/ingest-file';
import { dailyYear, orderOfDay } from '../../support/daily-years';
import { retailShop } from '../../support/shops';
import { raiseAll } from '../../support/raise-all';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';

const stores = useStores();
const BUREAU = 'office@commerce.example.cn';
const LEAGUE = 'office@baotou.example.cn';
const LAST = '2026-09-30';
/** Yuan that the years of the two shops come to. */
const YEARS = { 呼和浩特市: 200_000_000n, 包头市: 100_000_000n };
type League = keyof typeof YEARS;
const shopOf = (league: League): string => `${league}特产店`;

let store: TestStore;
beforeEach(async () => {
  const settings = { alerts: { ...DEFAULT_ALERT_SETTINGS, to: [BUREAU] }, pagesUrl: 'https://sales.example.cn/' };
  store = await stores.open({ now: '2026-10-01 02:30:00', settings });
  const leagues = Object.keys(YEARS) as League[];
  const statements = leagues.map((league) => ({ ...retailShop('douyin', shopOf(league), 'yes'), league }));
  await registerShops(store.db, statements, store.now());
  const rows = leagues.flatMap((league) =>
    [...dailyYear(2026, YEARS[league]).dailyAmounts].filter(([day]) => day <= LAST).map((of) => orderOf(league, of)),
  );
  const path = await writeExport(store.folder, '2026-10-01 02:00:00', { platform: 'template', of: 'douyin', rows });
  expect((await ingestFile(store, { path })).status).toBe('committed');
  await refreshTotals(store.db, store.now);
  await goal(250_000_000n);
});

/** One order a day; the year's amounts are in yuan. */
const orderOf = (league: League, [day, yuan]: [string, bigint]): TemplateRow =>
  orderOfDay(day, yuan * 100n, {
    shop: shopOf(league),
    orderId: `${league === '包头市' ? 'B' : 'H'}${day.replaceAll('-', '')}`,
  });

/** Sets the goal of the region or of a part of it, in yuan. */
async function goal(yuan: bigint, scope: GoalScope = {}): Promise<void> {
  await setGoal(store.db, { year: 2026, measure: 'net', amount: yuan * 100n, setOn: '2026-01-01', scope }, store.now());
}

const nameLeague = async (scope: string): Promise<void> =>
  await recordRecipient(store.db, { recipient: LEAGUE, kind: 'all', scope }, true, { by: 'a test', reason: '' });

const on = (day: string): TestStore => store.with({ now: () => new Date(instantOf(`${day} 02:30:00`)) });

interface Told {
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

async function night(at: TestStore): Promise<Told[]> {
  const alerts = await raiseAll(at);
  const told: Told[] = [];
  for (const { alertId, kind, recipients } of alerts) {
    for (const to of recipients) {
      const { detail } = await deliverAlert(at, { alertId, recipient: to });
      const mail = await simpleParser(await readFile(detail));
      told.push({ kind, to, subject: mail.subject ?? '', text: mail.text ?? '', html: String(mail.html) });
    }
  }
  return told;
}

describe('the goal of a league', () => {
  test('is told to its office while the region is on track, in words and figures of the league alone', async () => {
    await goal(180_000_000n, { league: '呼和浩特市' });
    await goal(150_000_000n, { league: '包头市' });
    await nameLeague('league=包头市');
    const [mail, ...others] = await night(store);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ kind: 'pace-behind', to: LEAGUE });
    expect(mail?.subject).toMatch(/^【进度落后】云岫省（包头市）2026年网络零售额预计比目标少/);
    expect(mail?.text).toContain('（净额1.50亿元）于10月1日判定进度落后：截至9月30日');
    expect(mail?.text).toContain('各平台（今年1月1日至9月30日）');
    expect(mail?.text).not.toContain('各盟市');
    expect(mail?.text).not.toContain('呼和浩特');
    expect(await night(store)).toEqual([]);
  });

  test('is told to nobody while nobody is named for it, and as soon as somebody is', async () => {
    await goal(150_000_000n, { league: '包头市' });
    expect(await night(store)).toEqual([]);
    await nameLeague('*');
    expect(await night(on('2026-10-01'))).toMatchObject([{ kind: 'pace-behind', to: LEAGUE }]);
  });

  test('is reported to its office by the week, apart from the region', async () => {
    await goal(100_000_000n, { league: '包头市' });
    await nameLeague('league=包头市');
    expect(await night(store)).toEqual([]);
    const reports = await night(on('2026-10-08'));
    expect(
      reports
        .filter(({ kind }) => kind === 'report-week')
        .map(({ to }) => to)
        .sort(),
    ).toEqual([LEAGUE, BUREAU]);
    const weekly = (to: string) => reports.find((mail) => mail.kind === 'report-week' && mail.to === to);
    const [bureau, league] = [weekly(BUREAU), weekly(LEAGUE)];
    expect(league?.subject).toContain('（包头市）');
    expect(bureau?.subject).not.toContain('包头');
  });

  test('waits for no shop that has left the league, and is judged by what was decided up to its day', async () => {
    const shop = { ...retailShop('douyin', '搬走的店', 'yes'), league: '包头市' };
    await registerShops(store.db, [shop, { ...shop, league: '赤峰市', validFrom: '2026-02-01' }], store.now());
    const expected = { platform: 'douyin', shop: '搬走的店', everyDays: 1, since: '2026-02-10' };
    await setExpectation(store.db, expected, { by: 'a test', reason: '' }, store.now());
    await goal(100_000_000n, { league: '包头市' });
    await goal(100_000_000n, { league: '赤峰市' });
    const judged = async (league: string, asOf?: string) =>
      await measurePace(store, { year: 2026, scope: { league }, ...(asOf !== undefined && { asOf }) });
    expect(await judged('赤峰市')).toMatchObject({ state: 'no-data' });
    const before = await judged('包头市', '2026-07-01');
    expect([before.state, before.waitingFor]).toEqual(['on-track', []]);
    // From now on it is behind until it has clearly recovered; of July nobody knew that yet.
    const [subject] = (await lastDecisions(store.db)).filter(({ subject: key }) => key.includes('包头市'));
    expect(subject).toBeUndefined();
    const key = { key: 'pace/2026/net/league=包头市' };
    const standing = { state: 'behind', since: LAST, decidedFor: LAST, told: null, raisedToday: [] } as const;
    const next: PaceStanding = { ...standing, judged: { state: 'behind', since: LAST, asOf: LAST } };
    await recordDecision(
      store.db,
      key,
      { seq: 1, decidedFor: LAST, next, why: '', alerts: [], recipients: [] },
      store.now(),
    );
    expect((await judged('包头市', '2026-07-01')).state).toBe('on-track');
    expect((await judged('包头市')).state).toBe('behind');
  });

  test('can be had again as a report said it, whatever came later', async () => {
    await goal(100_000_000n, { league: '包头市' });
    const scopes = [{}, { league: '包头市' }];
    const judged = async (at: TestStore, asReported?: Report) =>
      await Promise.all(
        scopes.map(async (scope) => await measurePace(at, { year: 2026, scope, ...(asReported && { asReported }) })),
      );
    const said = await judged(store);
    await keepReport(store.db, store.now);
    const later = on('2026-10-10');
    const rows = ['2026-09-12', '2026-10-03'].map((day) =>
      orderOfDay(day, 500_000_000n, { shop: shopOf('包头市'), orderId: `LATE${day.replaceAll('-', '')}` }),
    );
    const path = await writeExport(later.folder, '2026-10-09 02:00:00', { platform: 'template', of: 'douyin', rows });
    expect((await ingestFile(later, { path })).status).toBe('committed');
    await refreshTotals(later.db, later.now);
    const expected = { platform: 'douyin', shop: '新店', everyDays: 1, since: '2026-09-01' };
    await setExpectation(later.db, expected, { by: 'a test', reason: '' }, later.now());
    const report = await reportOn(later.db, '2026-10-05');
    expect(await judged(later, report!)).toEqual(said);
    expect((await judged(later)).map(({ actual }) => actual)).not.toEqual(said.map(({ actual }) => actual));
  });

  test('may be judged by settings of its own', async () => {
    const league = { year: 2026, measure: 'net', scope: { league: '包头市' } } as const;
    // At even odds nobody is called; this office wants to know.
    await sayGoal(store, { ...league, amount: 10_010_000_000n });
    await nameLeague('league=包头市');
    expect(await night(store)).toEqual([]);
    await sayGoal(store, {
      ...league,
      amount: 10_010_000_000n,
      pace: 'behind-below=0.5,at-risk-below=0.5,on-track-above=0.9',
    });
    expect(await night(on('2026-10-02'))).toMatchObject([{ kind: 'pace-behind', to: LEAGUE }]);
  });

  test('that is missed by month only has no pace of its own, and stops no night', async () => {
    await goal(20_000_000n, { league: '包头市', month: '2026-06' });
    await nameLeague('*');
    expect(await night(store)).toEqual([]);
  });
});

describe('the mail of the region', () => {
  test('shows leagues and what its goal is divided into, each with its state, and where to read on', async () => {
    await goal(400_000_000n);
    await goal(180_000_000n, { league: '呼和浩特市' });
    await goal(150_000_000n, { league: '包头市' });
    await goal(20_000_000n, { month: '2026-06' });
    const [mail] = await night(store);
    expect(mail).toMatchObject({ kind: 'pace-behind', to: BUREAU });
    const lines = (mail?.text ?? '').split('\n').map((line) => line.replaceAll(/\s+/g, ' '));
    expect(lines.filter((line) => line.startsWith(' 呼和浩特市 '))).toHaveLength(1);
    expect(lines.find((line) => line.startsWith(' 呼和浩特市（正常）'))).toMatch(/ 1\.80亿元 /);
    expect(lines.find((line) => line.startsWith(' 包头市（落后）'))).toMatch(/ 1\.50亿元 .* 少/);
    expect(mail?.text).toContain('查看看板：https://sales.example.cn/#/overview');
    expect(mail?.html).toContain('href="https://sales.example.cn/#/overview"');
  });
});
