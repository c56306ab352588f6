import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { type Decision } from '../../../src/domain/order-file';
import { type TestStore } from '../../support/store';

/** Line is one order of a small export: its number, when it was paid, for how much, and where it goes (blank: masked). */
export type Line = readonly [id: string, paidAt: string, amount: string, province?: string];

const SHOP = '云岫茶行';

/** writeTemplateFile writes a small export of one platform and shop, of a snapshot (`YYYYMMDDhhmmss`), and returns its path. */
export function writeTemplateFile(
  { folder }: TestStore,
  snapshot: string,
  lines: readonly Line[],
  shop: string = SHOP,
): string {
  const rows = lines.map(
    ([id, paidAt, amount, province = '广东省']) =>
      `douyin,${shop},${id},,${paidAt},${paidAt},,,待发货,1,云岫茶,${province},${amount},0.00,0.00,0.00\n`,
  );
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `paceline_douyin_${snapshot}.csv`);
  writeFileSync(path, `${TEMPLATE_COLUMNS.join(',')}\n${rows.join('')}`);
  return path;
}

/** OLDER is a snapshot over the turn of a month; NEWER restates one of its orders, masks another's destination, adds two and has a row that cannot be read. */
export const OLDER: readonly Line[] = [
  ['DY0001', '2026-05-31 23:59:59', '10.00'],
  ['DY0002', '2026-06-01 00:00:00', '20.00'],
];
export const NEWER: readonly Line[] = [
  ['DY0001', '2026-05-31 23:59:59', '10.00', ''],
  ['DY0002', '2026-06-01 00:00:00', '25.00', '湖南省'],
  ['DY0003', '2026-06-02 00:00:00', '300.00'],
  ['DY0004', '2026-07-02 00:00:00', 'gift'],
  ['DY0005', '2026-07-02 00:00:00', '4000.00'],
];

/** DECISION is what an operator of a test decides. */
export const DECISION: Decision = { by: 'operator', reason: 'compared with the platform’s own figures' };

/** STRICT holds every file with a row that cannot be read. */
export const STRICT = { settings: { maxRejectShare: 0.1 } } as const;
