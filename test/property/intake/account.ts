import { expect } from '@jest/globals';
import { z } from 'zod';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { type FileReport } from '../../../src/domain/order-file';
import { rowsNotLoaded } from '../../support/load';
import { readState } from '../../support/state';
import { type TestStore } from '../../support/store';

/** storedRows are the order lines that the store holds, with the rows of files behind each. */
export const storedRows = {
  name: 'rows of a file in the table of orders',
  sql: `SELECT order_id AS orderId, line_id AS lineId, rows, gross FROM orders FINAL`,
  row: z.object({ orderId: z.string(), lineId: z.string(), rows: z.number(), gross: z.string() }),
};

/**
 * expectAccount asserts what must hold of a file however broken, loaded alone into a store: a clear answer, a whole
 * account, lines that are in the file (where it is `text`), and totals that agree with it.
 */
export async function expectAccount(store: TestStore, report: FileReport, text: string | null): Promise<void> {
  const { read, loaded, rejected, ignored } = report.rows;
  expect(read).toBe(loaded + rejected + ignored);
  const stored = await store.db.rows(storedRows);
  if (report.status !== 'committed') {
    expect(['refused', 'held']).toContain(report.status);
    expect(report.error?.code).toMatch(/^[a-z-]+$/);
    expect(stored).toEqual([]);
    return;
  }
  expect(stored.reduce((sum, { rows }) => sum + rows, 0)).toBe(loaded);
  const others = await rowsNotLoaded(store, report);
  expect(others.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(rejected);
  expect(others.filter(({ outcome }) => outcome === 'ignored')).toHaveLength(ignored);
  const lines = text?.replace(/\n$/, '').split('\n');
  for (const { line, reasons } of others) {
    expect(reasons).not.toHaveLength(0);
    expect(line).toBeGreaterThan(1);
    if (lines) expect(line).toBeLessThanOrEqual(lines.length);
    // What pads a cell, or stands for nothing in it, makes no row.
    if (lines && reasons[0] === 'blank-row') expect(lines[line - 1] ?? '').toMatch(/^[\s,"'`=/—-]*$/);
  }
  await refreshTotals(store.db, store.now);
  const state = await readState(store);
  expect(state).toMatchObject({ differences: [], stale: 0 });
  expect(state.total.gross).toBe(report.figures.gross);
}
