import fc from 'fast-check';
import { type ModelFile, type ModelLine } from '../../support/order-model';
import { type Cells, madeExport } from '../../support/made-export';

/** MadeFile is the text of one export with what the model must make of it. */
export interface MadeFile {
  readonly name: string;
  readonly text: string;
  readonly model: ModelFile;
}

/** What one snapshot shows of an order; a test draws it freely. */
interface Sight {
  readonly paid: boolean;
  readonly refunded: boolean;
  readonly province: '湖南省' | '广东省' | null;
  readonly quantity: number;
}

interface Life {
  readonly number: number;
  readonly day: number;
  /** Money of its items, in fen. */
  readonly items: readonly number[];
  readonly sights: readonly (Sight | null)[];
}

/** How a layout writes the items of an order, and what its rows mean. */
interface Grain {
  readonly platform: string;
  readonly layout: string;
  readonly form: string;
  readonly rows: (life: Life, sight: Sight) => Cells[];
  readonly lines: (life: Life, sight: Sight) => Omit<ModelLine, 'platform' | 'shop'>[];
  /** An order that was never paid, made at the time of the snapshot: these exports tell their time by their newest row. */
  readonly clock: (snapshotAt: string) => Cells;
}

const SHOP = '云岫店';
const SNAPSHOTS = 3;
const CLOCK_ID = '6900000000000099999';
const START = Date.UTC(2026, 0, 1) / 1000;
const text = (second: number): string => new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
const createdAt = ({ day }: Life): string => text(START + day * 86_400 - 30);
const paidAt = ({ day }: Life): string => text(START + day * 86_400 + 30);
const id = ({ number }: Life): string => String(6_900_000_000_000_000_000n + BigInt(number) * 10n);
const itemId = (life: Life, index: number): string => `${id(life)}${index}`;
const sum = (items: readonly number[]): number => items.reduce((total, item) => total + item, 0);

function line(
  life: Life,
  sight: Sight,
  own: { lineId: string; status: string; fen: number; quantity: number },
): Omit<ModelLine, 'platform' | 'shop'> {
  const gross = sight.paid ? BigInt(own.fen) : 0n;
  return {
    orderId: id(life),
    lineId: own.lineId,
    status: own.status,
    paidAt: sight.paid ? paidAt(life) : null,
    quantity: own.quantity,
    gross,
    shipping: 0n,
    subsidy: 0n,
    refunded: sight.refunded ? gross : 0n,
    province: sight.province,
  };
}

const jdStatus = ({ refunded }: Sight): string => (refunded ? '取消' : '等待出库');
const jdRow = (cells: Cells): Cells => ({ 商品名称: '云岫香皂', 运费金额: '', 京东价: '9.99', ...cells });

/** JD repeats an order's money on the row of each item. */
const jd: Grain = {
  platform: 'jd',
  layout: 'jd/orders',
  form: '2015',
  rows: (life, sight) =>
    life.items.map((_, index) =>
      jdRow({
        订单号: id(life),
        商品ID: String(index),
        订购数量: String(sight.quantity),
        应付金额: yuan(sum(life.items)),
        订单状态: jdStatus(sight),
        下单时间: createdAt(life),
        付款确认时间: sight.paid ? paidAt(life) : '0001-01-01 00:00:00',
        客户地址: sight.province === null ? '****' : `${sight.province} P-街`,
      }),
    ),
  lines: (life, sight) => [
    line(life, sight, {
      lineId: '',
      status: jdStatus(sight),
      fen: sum(life.items),
      quantity: sight.quantity * life.items.length,
    }),
  ],
  clock: (snapshotAt) =>
    jdRow({
      订单号: CLOCK_ID,
      商品ID: '0',
      订购数量: '0',
      应付金额: '1.00',
      订单状态: '等待付款',
      下单时间: snapshotAt,
      付款确认时间: '',
    }),
};

const douyinRow = (cells: Cells): Cells => ({ 选购商品: '云岫茶', 运费: '-', 订单状态: '已发货', ...cells });
const douyinCells = (life: Life, sight: Sight): Cells => ({
  主订单编号: `\t${id(life)}`,
  商品数量: String(sight.quantity),
  售后状态: sight.refunded ? '退款成功' : '-',
  订单提交时间: createdAt(life),
  支付完成时间: sight.paid ? paidAt(life) : '-',
  省: sight.province ?? '****',
});
const douyinClock = (snapshotAt: string): Cells =>
  douyinRow({
    主订单编号: CLOCK_ID,
    子订单编号: CLOCK_ID,
    商品数量: '0',
    订单应付金额: '1.00',
    售后状态: '-',
    订单提交时间: snapshotAt,
    支付完成时间: '-',
  });

/** Douyin has a row for each sub-order … */
const douyinLines: Grain = {
  platform: 'douyin',
  layout: 'douyin/orders',
  form: '74',
  rows: (life, sight) =>
    life.items.map((fen, index) =>
      douyinRow({ ...douyinCells(life, sight), 子订单编号: itemId(life, index), 订单应付金额: yuan(fen) }),
    ),
  lines: (life, sight) =>
    life.items.map((fen, index) =>
      line(life, sight, { lineId: itemId(life, index), status: '已发货', fen, quantity: sight.quantity }),
    ),
  clock: douyinClock,
};

/** … or one for the whole order. */
const douyinWhole: Grain = {
  ...douyinLines,
  form: '75',
  rows: (life, sight) => [
    douyinRow({
      ...douyinCells(life, sight),
      子订单编号: `${life.items.map((_, index) => itemId(life, index)).join(';')};`,
      订单应付金额: yuan(sum(life.items)),
    }),
  ],
  lines: (life, sight) => [
    line(life, sight, { lineId: '', status: '已发货', fen: sum(life.items), quantity: sight.quantity }),
  ],
};

/** Xiaohongshu has the money of each item on its row. */
const xiaohongshu: Grain = {
  platform: 'xiaohongshu',
  layout: 'xiaohongshu/orders',
  form: '72',
  rows: (life, sight) =>
    life.items.map((fen) => ({
      订单号: id(life),
      SKU名称: '云岫陶盘',
      SKU件数: String(sight.quantity),
      '用户应付金额(元)': sight.paid ? yuan(fen) : '',
      '商家应收金额(元)（支付金额）': sight.paid ? yuan(fen) : '',
      订单状态: '已发货',
      售后状态: sight.refunded ? '售后完成' : '无售后',
      订单创建时间: createdAt(life),
      支付时间: sight.paid ? paidAt(life) : '',
      省: sight.province ?? '-',
    })),
  lines: (life, sight) => [
    line(life, sight, {
      lineId: '',
      status: '已发货',
      fen: sum(life.items),
      quantity: sight.quantity * life.items.length,
    }),
  ],
  clock: (snapshotAt) => ({
    订单号: CLOCK_ID,
    SKU名称: '云岫陶盘',
    SKU件数: '0',
    订单状态: '已取消',
    售后状态: '无售后',
    订单创建时间: snapshotAt,
  }),
};

const GRAINS: readonly Grain[] = [jd, douyinLines, douyinWhole, xiaohongshu];

const sight: fc.Arbitrary<Sight> = fc.record({
  paid: fc.boolean(),
  refunded: fc.boolean(),
  province: fc.constantFrom('湖南省', '广东省', null),
  quantity: fc.integer({ min: 0, max: 99 }),
});

const life: fc.Arbitrary<Omit<Life, 'number'>> = fc.record({
  // Around the turn of a month: an order is made before midnight and paid after it.
  day: fc.constantFrom(0, 30, 31, 59),
  items: fc.array(fc.integer({ min: 1, max: 999_999 }), { minLength: 1, maxLength: 3 }),
  sights: fc.array(fc.option(sight, { freq: 4 }), { minLength: SNAPSHOTS, maxLength: SNAPSHOTS }),
});

/** grainHistories draws orders with free histories and their exports on three days, each order in all layouts. */
export const grainHistories: fc.Arbitrary<MadeFile[]> = fc
  .array(life, { minLength: 1, maxLength: 5 })
  .map((lives) => lives.map((drawn, number) => ({ ...drawn, number })))
  .map((lives) =>
    GRAINS.flatMap((grain, position) =>
      Array.from({ length: SNAPSHOTS }, (_, snapshot) => fileOf(lives, grain, snapshot, position)),
    ),
  );

function fileOf(lives: readonly Life[], grain: Grain, snapshot: number, position: number): MadeFile {
  // After the last payment that can be drawn; no two files are of one second.
  const snapshotAt = text(START + 100 * 86_400 + snapshot * 3_600 + position);
  const seen = lives.flatMap((one) => {
    const shown = one.sights[snapshot];
    return shown ? [{ one, shown }] : [];
  });
  const rows = [...seen.flatMap(({ one, shown }) => grain.rows(one, shown)), grain.clock(snapshotAt)];
  const lines = seen.flatMap(({ one, shown }) => grain.lines(one, shown));
  return {
    name: `${grain.layout.replace('/', '-')}-${position}-${snapshot}.csv`,
    text: madeExport(grain.layout, grain.form, rows),
    model: {
      name: grain.layout,
      platform: grain.platform,
      shop: SHOP,
      snapshotAt,
      lines: lines.map((own) => ({ platform: grain.platform, shop: SHOP, ...own })),
    },
  };
}

/** CLOCK_ORDER is the number of the order that only tells the time of a snapshot. */
export const CLOCK_ORDER = CLOCK_ID;
