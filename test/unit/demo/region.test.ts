import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_DEFAULTS, DEMO_GOAL_FEN, makeDemoRegion, type DemoFile, type DemoRegion } from '../../../src/demo/region';
import { type Totals } from '../../../src/domain/measures';
import { parseYuan } from '../../../src/domain/money';
import { readCsv, readXlsx, snapshotOf, type Cells } from './read-back';

const SCALE = 0.004;

const counts = ({ kind }: DemoFile): boolean => kind !== 'broken' && kind !== 'nameless';

describe('the demo region', () => {
  let root = '';
  let region: DemoRegion;
  const progress: number[] = [];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'paceline-region-'));
    region = await makeDemoRegion({
      ...DEMO_DEFAULTS,
      scale: SCALE,
      outDir: join(root, 'a'),
      onProgress: ({ done }) => progress.push(done),
    });
  });
  afterAll(() => rm(root, { recursive: true }));

  it('is the same to the byte for the same seed, and another for another', async () => {
    const again = await makeDemoRegion({ ...DEMO_DEFAULTS, scale: SCALE, outDir: join(root, 'b') });
    expect(await fingerprint(join(root, 'b'), again)).toBe(await fingerprint(join(root, 'a'), region));
    expect(again.truth).toEqual(region.truth);
    const other = await makeDemoRegion({ ...DEMO_DEFAULTS, seed: 1, scale: SCALE, outDir: join(root, 'c') });
    expect(other.truth.total.gross).not.toBe(region.truth.total.gross);
  });

  it('comes in 60 to 120 files of three formats, with one late, one of which nobody knows the shop, and one broken that is delivered again', async () => {
    expect(region.files.length).toBeGreaterThanOrEqual(60);
    expect(region.files.length).toBeLessThanOrEqual(120);
    expect(progress.at(-1)).toBe(region.files.length);
    const odd = region.files.filter(({ kind }) => kind !== 'regular' && kind !== 'earlier');
    expect(odd.map(({ kind, night }) => [kind, night])).toEqual([
      ['nameless', 2],
      ['late', 2],
      ['broken', 1],
      ['redelivered', 2],
    ]);
    const [, late, broken, whole] = odd as [DemoFile, DemoFile, DemoFile, DemoFile];
    const newerBefore = region.files.filter(
      ({ shop, night, snapshotAt }) => shop === late.shop && night === 1 && snapshotAt > late.snapshotAt,
    );
    expect(newerBefore.length).toBeGreaterThan(5);
    await expect(readXlsx(broken.path)).rejects.toThrow('no central directory');
    expect((await readXlsx(whole.path)).rows).toHaveLength(whole.rows);
    for (const { path, bytes } of region.files) expect((await stat(path)).size).toBe(bytes);
  });

  it('lies in folders by night, platform and shop', () => {
    for (const { path, night, platform, shop } of region.files) {
      const [top, ...rest] = relative(join(root, 'a'), path).split(sep);
      expect(top).toBe(night === 1 ? '2026-10-21' : '2026-10-22');
      expect(rest.slice(0, -1)).toEqual(shop === null ? [platform] : [platform, shop]);
    }
  });

  it('has the year before of some shops, by month, for which this one can be compared', () => {
    const before = region.truth.byPlatformAndMonth.filter(({ month }) => month.startsWith('2025'));
    expect(new Set(before.map(({ platform }) => platform)).size).toBe(4);
    expect(new Set(before.map(({ month }) => month)).size).toBe(12);
  });

  it('shows orders in overlapping exports with changing statuses and provinces that are masked later', async () => {
    const shop = region.files.filter(({ shop: name }) => name === '云岫山货铺子');
    const history = new Map<string, Cells[]>();
    for (const { path } of shop) {
      for (const row of (await readCsv(path)).rows) {
        const id = row['订单号'] ?? '';
        history.set(id, [...(history.get(id) ?? []), row]);
      }
    }
    const seen = (from: (row: Cells) => boolean, to: (row: Cells) => boolean): boolean =>
      [...history.values()].some((rows) => {
        const first = rows.findIndex(from);
        return first >= 0 && rows.slice(first + 1).some(to);
      });
    const status = (text: string) => (row: Cells) => row['订单状态'] === text;
    expect(seen(status('待发货'), status('已发货，待收货'))).toBe(true);
    expect(seen(status('已发货，待收货'), status('已收货'))).toBe(true);
    expect(seen(status('已发货，待收货'), status('已发货，退款成功'))).toBe(true);
    expect(
      seen(
        (row) => row['省'] !== '****',
        (row) => row['省'] === '****',
      ),
    ).toBe(true);
  });

  it('tells the truth that the newest good files add up to, for each platform and month, to the fen', async () => {
    expect(Object.fromEntries(await readTotals(region.files.filter(counts)))).toEqual(
      Object.fromEntries(region.truth.byPlatformAndMonth.map((row) => [`${row.platform} ${row.month}`, row.totals])),
    );
    const firstNight = region.files.filter((file) => counts(file) && file.night === 1);
    expect(Object.fromEntries(await readTotals(firstNight))).toEqual(
      Object.fromEntries(
        (region.nights[0]?.truth.byPlatformAndMonth ?? []).map((row) => [`${row.platform} ${row.month}`, row.totals]),
      ),
    );
  });

  it('tells a truth whose parts make the whole', () => {
    const { byPlatformAndMonth, total, throughAsOf } = region.truth;
    const sum = (amount: (totals: Totals) => bigint): bigint =>
      byPlatformAndMonth.reduce((all, { totals }) => all + amount(totals), 0n);
    expect(sum(({ gross }) => gross)).toBe(total.gross);
    expect(sum(({ net }) => net)).toBe(total.net);
    expect(total.booked).toBe(total.gross + total.subsidy);
    expect(total.net).toBe(total.gross - total.refunded);
    expect(throughAsOf.gross).toBeLessThanOrEqual(total.gross);
    expect(region.goal).toBe(DEMO_GOAL_FEN);
  });

  it('refuses a day of another year', async () => {
    await expect(
      makeDemoRegion({ ...DEMO_DEFAULTS, asOf: '2025-10-20', outDir: join(root, 'd') }),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});

async function fingerprint(outDir: string, { files }: DemoRegion): Promise<string> {
  const hash = createHash('sha256');
  for (const { path } of files) hash.update(relative(outDir, path)).update(await readFile(path));
  return hash.digest('hex');
}

/** What one row says, however its platform says it. */
interface Reading {
  readonly order: string;
  readonly paidAt: string;
  readonly quantity: number;
  readonly gross: bigint;
  readonly shipping: bigint;
  readonly subsidy: bigint;
  readonly refunded: bigint;
}

/** A plain reader of the formats: newest snapshot per order line wins, unpaid counts nothing. */
async function readTotals(files: readonly DemoFile[]): Promise<Map<string, Totals>> {
  const newest = new Map<string, Reading & { platform: string }>();
  for (const file of [...files].sort((a, b) => (snapshotOf(a.path) < snapshotOf(b.path) ? -1 : 1))) {
    const { rows } = await (file.path.endsWith('.xlsx') ? readXlsx(file.path) : readCsv(file.path));
    const seen = new Set<string>();
    rows.forEach((row, i) => {
      const reading = READERS[file.platform](row, seen);
      const line = row['子订单编号'] ?? row['商品编码(平台)'] ?? '';
      newest.set(`${file.platform}/${file.shop}/${reading.order}/${line}`, { ...reading, platform: file.platform });
      seen.add(reading.order);
      expect(i).toBeLessThan(file.rows);
    });
  }
  const orders = new Map<string, Set<string>>();
  const totals = new Map<string, Totals>();
  for (const { platform, order, paidAt, quantity, gross, shipping, subsidy, refunded } of newest.values()) {
    if (paidAt === '') continue;
    const key = `${platform} ${paidAt.slice(0, 7)}`;
    orders.set(key, (orders.get(key) ?? new Set()).add(order));
    const old = totals.get(key);
    totals.set(key, {
      paidOrders: orders.get(key)?.size ?? 0,
      quantity: (old?.quantity ?? 0) + quantity,
      gross: (old?.gross ?? 0n) + gross,
      shipping: (old?.shipping ?? 0n) + shipping,
      subsidy: (old?.subsidy ?? 0n) + subsidy,
      booked: (old?.booked ?? 0n) + gross + subsidy,
      refunded: (old?.refunded ?? 0n) + refunded,
      net: (old?.net ?? 0n) + gross - refunded,
    });
  }
  return totals;
}

const text = (row: Cells, column: string): string => {
  const value = (row[column] ?? '').trim();
  return value === '-' ? '' : value;
};
const fen = (row: Cells, column: string): bigint => parseYuan(text(row, column));

const template = (row: Cells): Reading => ({
  order: text(row, '订单编号'),
  paidAt: text(row, '付款时间'),
  quantity: Number(text(row, '数量')),
  gross: fen(row, '买家实付金额'),
  shipping: fen(row, '其中运费'),
  subsidy: fen(row, '平台补贴金额'),
  refunded: fen(row, '已退款金额'),
});

const READERS: Record<DemoFile['platform'], (row: Cells, seen: ReadonlySet<string>) => Reading> = {
  pinduoduo: (row) => ({
    order: text(row, '订单号'),
    paidAt: text(row, '订单成交时间'),
    quantity: Number(text(row, '商品数量(件)')),
    gross: fen(row, '用户实付金额(元)'),
    shipping: fen(row, '邮费(元)'),
    subsidy: fen(row, '商家实收金额(元)') - fen(row, '用户实付金额(元)'),
    refunded: text(row, '售后状态') === '退款成功' ? fen(row, '用户实付金额(元)') : 0n,
  }),
  'wechat-shop': (row, seen) => {
    const order = text(row, '订单号');
    const first = !seen.has(order);
    const shipping = first ? fen(row, '订单运费') : 0n;
    return {
      order,
      paidAt: text(row, '支付时间'),
      quantity: Number(text(row, '商品数量')),
      gross: fen(row, '商品实际价格(总共)') + shipping,
      shipping,
      subsidy: first ? fen(row, '订单实际收款金额') - fen(row, '订单实际支付金额') : 0n,
      refunded: fen(row, '商品已退款金额'),
    };
  },
  douyin: template,
  kuaishou: template,
};
