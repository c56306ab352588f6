import { describe, expect, test } from '@jest/globals';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { formatYuan } from '../../../src/domain/money';
import { ingestFile } from '../../../src/operations/ingest-file';
import { measurePace } from '../../../src/operations/measure-pace';
import { paceReport } from '../../../src/queue/wire';
import { dailyYear, orderOfDay } from '../../support/daily-years';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';

const stores = useStores();

const orderOf = ([day, paid]: [string, bigint]): TemplateRow =>
  orderOfDay(day, paid, { shop: '青禾食品旗舰店', orderId: `DY${day.replaceAll('-', '')}` });

async function load(store: TestStore, years: readonly number[], upTo: string): Promise<void> {
  const rows = years.flatMap((year) => [...dailyYear(year, 10n ** 10n).dailyAmounts]).filter(([day]) => day <= upTo);
  const snapshot = '2026-11-02 02:00:00';
  const path = await writeExport(store.folder, snapshot, {
    platform: 'template',
    of: 'douyin',
    rows: rows.map(orderOf),
  });
  expect((await ingestFile(store, { path })).status).toBe('committed');
  await refreshTotals(store.db, store.now);
}

describe('the pace of a region whose store holds past years', () => {
  test('is judged by a season learned from them, with what Double 11 must bring', async () => {
    const store = await stores.open({ now: '2026-11-02 09:00:00' });
    await load(store, [2024, 2025, 2026], '2026-11-01');
    const report = await measurePace(store, { asOf: '2026-11-01' });
    expect(report.seasonal.source).toMatch(/^own sales of 2024, 2025, with NBS/);
    expect(report.asOf).toBe('2026-11-01');
    const { forecast } = report;
    expect(forecast!.events.map(({ event, from }) => [event, from])).toEqual([
      ['double-11', '2026-11-02'],
      ['double-12', '2026-12-09'],
    ]);
    // The year is made like the ones before it and will come to 100 million yuan.
    expect(Number(formatYuan(report.seasonal.projected!)) / 1e8).toBeCloseTo(1, 1);
    expect(forecast!.growth!.soFar).toBeCloseTo(0, 2);
    // Fifteen ordinary days more would be 5 % of the rest; ten and a fivefold one are more.
    const share = Number(forecast!.events[0]!.projected) / Number(report.seasonal.projected! - report.actual);
    expect(share).toBeGreaterThan(0.2);
    expect(paceReport.parse(JSON.parse(JSON.stringify(paceReport.encode(report))))).toEqual(report);
  });

  test('is judged by the national season while no own year is whole', async () => {
    const store = await stores.open({ now: '2026-11-02 09:00:00' });
    await load(store, [2026], '2026-11-01');
    const { seasonal, forecast } = await measurePace(store, { asOf: '2026-11-01' });
    expect(seasonal.source).toBe('NBS national online retail sales of 2023, 2024, 2025');
    expect([forecast!.growth, forecast!.events]).toEqual([null, []]);
  });
});
