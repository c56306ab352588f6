import fc from 'fast-check';
import { type PinduoduoProduct, type PinduoduoRow, type PinduoduoStatus } from '../../../src/demo/writers/pinduoduo';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { type WechatOrder } from '../../../src/demo/writers/wechat-shop';
import { PROVINCES } from '../../../src/domain/provinces';
import { type ModelFile, type ModelLine } from '../../support/order-model';
import { type Export } from '../../support/write-export';

/** GeneratedFile is one export with what the model must make of it. */
export interface GeneratedFile {
  readonly model: ModelFile;
  readonly content: Export;
}

/** What one snapshot shows of an order. Stages follow one another in life, but a test draws them freely. */
interface Sight {
  readonly stage: 'waiting' | 'cancelled' | 'paid' | 'shipped' | 'received';
  readonly refund: 'none' | 'whole' | 'part';
  readonly masked: boolean;
  /** Buyers change addresses; of a platform with one row an order this is where it goes. */
  readonly province: string;
  readonly quantity: number;
}

interface Source {
  readonly platform: 'pinduoduo' | 'wechat-shop' | 'template';
  readonly shop: string;
}

/** Names that try the ways in which names are passed on: quotes, backslashes, commas, braces, emoji. */
const SOURCES: readonly Source[] = [
  { platform: 'pinduoduo', shop: `云岫'山\\货{铺}` },
  { platform: 'pinduoduo', shop: '云岫茶行' },
  { platform: 'wechat-shop', shop: '云岫"陶坊", 总店' },
  { platform: 'template', shop: '云岫户外😀' },
  { platform: 'template', shop: '云岫丝绸, 二店' },
];
const TEMPLATE_PLATFORM = 'douyin';

interface Life {
  readonly source: Source;
  readonly number: number;
  /** Days from the first of January 2026, and seconds of that day. */
  readonly day: number;
  readonly second: number;
  readonly province: string;
  readonly postage: number;
  readonly items: readonly { readonly price: number; readonly subsidy: number }[];
  /** One entry a snapshot; null where the snapshot does not hold the order. */
  readonly sights: readonly (Sight | null)[];
  /** One entry a snapshot: the part file that holds it. */
  readonly parts: readonly number[];
}

const SNAPSHOTS = 3;
const PARTS = 2;
const DAY_SECONDS = 86_400;
const text = (second: number): string => new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
const START = Date.UTC(2026, 0, 1) / 1000;

const fen = fc.integer({ min: 1, max: 9_999_999 });
const sight: fc.Arbitrary<Sight> = fc.record({
  stage: fc.constantFrom('waiting', 'cancelled', 'paid', 'shipped', 'received'),
  refund: fc.constantFrom('none', 'none', 'whole', 'part'),
  masked: fc.boolean(),
  province: fc.constantFrom('湖南省', '广西壮族自治区'),
  quantity: fc.integer({ min: 0, max: 3000 }),
});

const life: fc.Arbitrary<Omit<Life, 'number'>> = fc.record({
  source: fc.constantFrom(...SOURCES),
  // Around the turns of months, where a partition, a business day or a zone would go wrong.
  day: fc.constantFrom(0, 30, 31, 58, 59, 151),
  second: fc.oneof(fc.constantFrom(0, DAY_SECONDS - 1), fc.integer({ min: 0, max: DAY_SECONDS - 1 })),
  province: fc.constantFrom('内蒙古自治区', '广东省', '北京市'),
  postage: fc.constantFrom(0, 0, 1, 800),
  items: fc.array(fc.record({ price: fen, subsidy: fc.integer({ min: 0, max: 5000 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  sights: fc.array(fc.option(sight, { freq: 4 }), { minLength: SNAPSHOTS, maxLength: SNAPSHOTS }),
  parts: fc.array(fc.nat(PARTS - 1), { minLength: SNAPSHOTS, maxLength: SNAPSHOTS }),
});

/**
 * histories draws orders with free histories and the files of overlapping snapshots that show them. With `ties` all
 * snapshots are of one second, so that only the files themselves can decide which is newer.
 */
export const histories = (options: { readonly ties: boolean }): fc.Arbitrary<GeneratedFile[]> =>
  fc
    .array(life, { minLength: 1, maxLength: 9 })
    .map((lives) =>
      filesOf(
        lives.map((drawn, number) => ({ ...drawn, number })),
        options.ties,
      ),
    )
    .filter((files) => files.length > 0);

function filesOf(lives: readonly Life[], ties: boolean): GeneratedFile[] {
  const files: GeneratedFile[] = [];
  for (let snapshot = 0; snapshot < SNAPSHOTS; snapshot += 1) {
    // After the last payment that can be drawn.
    const snapshotAt = text(START + 160 * DAY_SECONDS + (ties ? 0 : snapshot * 3_601));
    for (let part = 0; part < PARTS; part += 1) {
      for (const group of groupsOf(lives)) {
        const seen = group.filter((one) => one.sights[snapshot] && one.parts[snapshot] === part);
        if (seen.length > 0) files.push(fileOf(seen, snapshot, snapshotAt, `${snapshot}-${part}`));
      }
    }
  }
  return files;
}

/** Lives by the deliverer of their files: a shop, or for the template a platform with all its shops. */
function groupsOf(lives: readonly Life[]): Life[][] {
  const key = ({ source }: Life): string => (source.platform === 'template' ? 'template' : source.shop);
  return [...new Set(lives.map(key))].map((name) => lives.filter((one) => key(one) === name));
}

function fileOf(lives: readonly Life[], snapshot: number, snapshotAt: string, name: string): GeneratedFile {
  const source = lives[0]!.source;
  const shown = lives.map((one) => ({ one, sight: one.sights[snapshot]! }));
  const shop = source.platform === 'template' ? null : source.shop;
  const model = (lines: readonly ModelLine[]): ModelFile => ({
    name,
    platform: source.platform,
    shop,
    snapshotAt,
    lines,
  });
  switch (source.platform) {
    case 'pinduoduo': {
      const variant = snapshot === 1 ? 'short' : 'full';
      const rows = shown.map(({ one, sight }) => pinduoduoRow(one, sight));
      const lines = shown.map(({ one, sight }) => pinduoduoLine(one, sight, variant === 'full'));
      return { model: model(lines), content: { platform: 'pinduoduo', variant, rows } };
    }
    case 'wechat-shop': {
      const rows = shown.map(({ one, sight }) => wechatOrder(one, sight));
      return {
        model: model(shown.map(({ one, sight }) => wechatLine(one, sight))),
        content: { platform: 'wechat-shop', rows },
      };
    }
    case 'template': {
      const rows = shown.flatMap(({ one, sight }) => templateRows(one, sight));
      return { model: model(rows.map(templateLine)), content: { platform: 'template', of: TEMPLATE_PLATFORM, rows } };
    }
  }
}

const createdAt = (one: Life): string => text(START + one.day * DAY_SECONDS + one.second);
/** A payment comes a while after the order, sometimes on the next day or in the next month. */
const paidAt = (one: Life): string => text(START + one.day * DAY_SECONDS + one.second + 75);
const isPaid = ({ stage }: Sight): boolean => stage !== 'waiting' && stage !== 'cancelled';
const id = ({ number }: Life): string => String(100_000_000_000_000 + number * 7);
const shippedAt = (one: Life, { stage }: Sight): string =>
  stage === 'shipped' || stage === 'received' ? text(START + (one.day + 1) * DAY_SECONDS) : '';
const receivedAt = (one: Life, { stage }: Sight): string =>
  stage === 'received' ? text(START + (one.day + 4) * DAY_SECONDS) : '';

const PRODUCT: PinduoduoProduct = {
  title: '云岫"香菇", 干货',
  productId: '880000000001',
  variant: '一份',
  skuId: '1700000000100',
  category: ['食品', '干货', '菌菇'],
  productCode: '',
};

function pinduoduoStatus({ stage, refund }: Sight): PinduoduoStatus {
  const refunded = refund !== 'none';
  switch (stage) {
    case 'waiting':
      return '待付款';
    case 'cancelled':
      return '已取消';
    case 'paid':
      return refunded ? '未发货，退款成功' : '待发货';
    case 'shipped':
      return refunded ? '已发货，退款成功' : '已发货，待收货';
    case 'received':
      return refunded ? '已收货，退款成功' : '已收货';
  }
}

const firstItem = (one: Life): Life['items'][number] => one.items[0]!;

function pinduoduoRow(one: Life, sight: Sight): PinduoduoRow {
  const paid = isPaid(sight) ? paidAt(one) : '';
  const { price, subsidy } = firstItem(one);
  return {
    product: PRODUCT,
    orderId: `${createdAt(one).slice(2, 10).replaceAll('-', '')}-${id(one)}`,
    status: pinduoduoStatus(sight),
    afterSale: isPaid(sight) && sight.refund !== 'none' ? '退款成功' : '无售后或售后取消',
    quantity: sight.quantity,
    paidAt: paid,
    dealtAt: paid,
    promisedAt: '',
    shippedAt: shippedAt(one, sight),
    receivedAt: receivedAt(one, sight),
    goods: price + subsidy,
    postage: one.postage,
    shopDiscount: 0,
    platformDiscount: subsidy,
    payDiscount: 0,
    province: sight.masked ? '' : sight.province,
    courier: '',
    trackingNumber: '',
    sellerNote: one.number % 3 === 0 ? 'P-note, first line\nsecond "line"' : '',
    buyerNote: '',
    phone: 'P-phone',
  };
}

function pinduoduoLine(one: Life, sight: Sight, full: boolean): ModelLine {
  const paid = isPaid(sight);
  const { price, subsidy } = firstItem(one);
  const gross = BigInt(price + one.postage);
  return lineOf(one, sight, {
    orderId: pinduoduoRow(one, sight).orderId,
    status: pinduoduoStatus(sight),
    quantity: sight.quantity,
    gross,
    subsidy: BigInt(subsidy),
    refunded: paid && sight.refund !== 'none' ? gross : 0n,
    province: full && !sight.masked ? sight.province : null,
  });
}

function lineOf(
  one: Life,
  sight: Sight,
  line: Pick<ModelLine, 'orderId' | 'status' | 'quantity' | 'gross' | 'subsidy' | 'refunded' | 'province'>,
): ModelLine {
  const paid = isPaid(sight);
  return {
    platform: one.source.platform,
    shop: one.source.shop,
    lineId: '',
    paidAt: paid ? paidAt(one) : null,
    ...line,
    gross: paid ? line.gross : 0n,
    shipping: paid ? BigInt(one.postage) : 0n,
    subsidy: paid ? line.subsidy : 0n,
    refunded: paid ? line.refunded : 0n,
  };
}

const refundOf = (paid: number, { refund }: Sight): number =>
  refund === 'none' ? 0 : refund === 'whole' ? paid : Math.floor(paid / 3);

const STATUS = {
  waiting: ['待发货', '待付款'],
  cancelled: ['已取消', '已关闭'],
  paid: ['待发货', '待发货'],
  shipped: ['已发货', '已发货'],
  received: ['已完成', '已完成'],
} as const;

function wechatOrder(one: Life, sight: Sight): WechatOrder {
  return {
    orderId: `3700${id(one)}`,
    createdAt: createdAt(one),
    shippedAt: shippedAt(one, sight),
    receivedAt: receivedAt(one, sight),
    settledAt: '',
    paidAt: isPaid(sight) ? paidAt(one) : '',
    status: STATUS[sight.stage][0],
    province: sight.masked ? '****' : sight.province,
    postage: one.postage,
    payLater: false,
    person: 'someone',
    lines: one.items.map(({ price, subsidy }) => ({
      title: '云岫 <茶> & "壶"',
      productId: '1000010000001',
      skuCode: '',
      variant: '',
      unitPrice: price,
      quantity: sight.quantity,
      paid: price,
      subsidy,
      afterSale: sight.refund === 'none' ? '无' : '退款完成',
      refunded: refundOf(price, sight),
    })),
  };
}

function wechatLine(one: Life, sight: Sight): ModelLine {
  const sum = (amounts: number[]): bigint => BigInt(amounts.reduce((total, amount) => total + amount, 0));
  return lineOf(one, sight, {
    orderId: `3700${id(one)}`,
    status: STATUS[sight.stage][0],
    quantity: sight.quantity * one.items.length,
    gross: sum(one.items.map(({ price }) => price)) + BigInt(one.postage),
    subsidy: sum(one.items.map(({ subsidy }) => subsidy)),
    refunded: sum(one.items.map(({ price }) => refundOf(price, sight))),
    province: sight.masked ? null : sight.province,
  });
}

/** A sub-order is on its own: a snapshot shows those items whose number its quantity allows, so some lines stay behind. */
function templateRows(one: Life, sight: Sight): TemplateRow[] {
  return one.items.slice(0, 1 + (sight.quantity % one.items.length)).map(({ price, subsidy }, index) => {
    const postage = index === 0 ? one.postage : 0;
    return {
      platform: TEMPLATE_PLATFORM,
      shop: one.source.shop,
      orderId: `69${id(one)}`,
      lineId: `69${id(one)}${index}`,
      createdAt: createdAt(one),
      paidAt: isPaid(sight) ? paidAt(one) : '',
      shippedAt: shippedAt(one, sight),
      completedAt: receivedAt(one, sight),
      status: STATUS[sight.stage][1],
      quantity: sight.quantity,
      title: '云岫, 帐篷',
      province: sight.masked ? '' : one.province,
      paid: price + postage,
      postage,
      subsidy,
      refunded: isPaid(sight) ? refundOf(price + postage, sight) : 0,
    };
  });
}

function templateLine(row: TemplateRow): ModelLine {
  const paid = row.paidAt !== '';
  const amount = (fen: number): bigint => (paid ? BigInt(fen) : 0n);
  return {
    platform: row.platform,
    shop: row.shop,
    orderId: row.orderId,
    lineId: row.lineId,
    status: row.status,
    paidAt: paid ? row.paidAt : null,
    quantity: row.quantity,
    gross: amount(row.paid),
    shipping: amount(row.postage),
    subsidy: amount(row.subsidy),
    refunded: amount(row.refunded),
    province: PROVINCES.some(([, official]) => official === row.province) ? row.province : null,
  };
}
