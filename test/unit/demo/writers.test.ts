import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shortYuan, yuan } from '../../../src/demo/writers/cells';
import {
  PINDUODUO_FULL,
  PINDUODUO_SHORT,
  pinduoduoName,
  writePinduoduo,
  type PinduoduoRow,
} from '../../../src/demo/writers/pinduoduo';
import { TEMPLATE_COLUMNS, templateName, writeTemplate, type TemplateRow } from '../../../src/demo/writers/template';
import { writeText } from '../../../src/demo/writers/text-file';
import {
  WECHAT_SHOP_COLUMNS,
  wechatShopName,
  writeWechatShop,
  type WechatOrder,
} from '../../../src/demo/writers/wechat-shop';
import { readCsv, readXlsx } from './read-back';

const SNAPSHOT = '2026-06-08 13:20:43';

const order: PinduoduoRow = {
  product: {
    title: '竹篮(大号),带盖',
    productId: '880000000001',
    variant: '',
    skuId: '1700000000001',
    category: ['家居', '收纳', '竹木'],
    productCode: '',
  },
  orderId: '260607-100000000000001',
  status: '已发货，待收货',
  afterSale: '无售后或售后取消',
  quantity: 2,
  paidAt: '2026-06-07 10:00:00',
  dealtAt: '2026-06-07 10:00:03',
  promisedAt: '2026-06-09 10:00:00',
  shippedAt: '2026-06-07 20:00:00',
  receivedAt: '',
  goods: 25_600,
  postage: 800,
  shopDiscount: 1_000,
  platformDiscount: 1_505,
  payDiscount: 250,
  province: '浙江省',
  courier: 'P-courier',
  trackingNumber: 'P-parcel-1',
  sellerNote: '',
  buyerNote: 'P-note\nsecond line',
  phone: '',
};

const line: TemplateRow = {
  platform: 'douyin',
  shop: '云岫户外',
  orderId: '6910000000000000010',
  lineId: '6910000000000000011',
  createdAt: '2026-06-07 10:00:00',
  paidAt: '',
  shippedAt: '',
  completedAt: '',
  status: '待付款',
  quantity: 1,
  title: '帐篷,"双人"',
  province: '浙江省',
  paid: 45_900,
  postage: 0,
  subsidy: 5,
  refunded: 0,
};

const sale: WechatOrder = {
  orderId: '3710000000000000001',
  createdAt: '2026-06-07 10:00:00',
  shippedAt: '',
  receivedAt: '',
  settledAt: '',
  paidAt: '2026-06-07 10:00:09',
  status: '待发货',
  province: '浙江省',
  postage: 600,
  payLater: false,
  person: '1',
  lines: [
    {
      title: '碗碟 & <筷架>',
      productId: '10000000000001',
      skuCode: '',
      variant: '',
      unitPrice: 46_800,
      quantity: 1,
      paid: 42_500,
      subsidy: 300,
      afterSale: '无',
      refunded: 0,
    },
    {
      title: '花器',
      productId: '10000000000002',
      skuCode: '',
      variant: '',
      unitPrice: 25_800,
      quantity: 2,
      paid: 50_000,
      subsidy: 0,
      afterSale: '无',
      refunded: 0,
    },
  ],
};

describe('the writers of demo exports', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'paceline-writers-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('write amounts as each platform does', () => {
    expect([0, 5, 90, 15_500, 16_899].map(shortYuan)).toEqual(['0.0', '0.05', '0.9', '155.0', '168.99']);
    expect([0, 5, 90, 15_500, 16_899].map(yuan)).toEqual(['0.00', '0.05', '0.90', '155.00', '168.99']);
  });

  it('put the snapshot time into the file name', () => {
    expect(pinduoduoName(SNAPSHOT)).toBe('orders_export2026-06-08-13-20-43.csv');
    expect(wechatShopName(SNAPSHOT)).toBe('微信小店订单_2026年06月08日13时20分43秒_1.xlsx');
    expect(templateName('douyin', SNAPSHOT)).toBe('paceline_douyin_20260608132043.csv');
  });

  it('write a full Pinduoduo export with its BOM, line feeds, TABs and rare quotes', async () => {
    const path = join(folder, 'full.csv');
    const unpaid: PinduoduoRow = {
      ...order,
      orderId: '260607-100000000000002',
      status: '已取消',
      paidAt: '',
      dealtAt: '',
      promisedAt: '',
      shippedAt: '',
      province: '',
      courier: '',
      trackingNumber: '',
      buyerNote: '',
    };
    expect((await writePinduoduo(path, 'full', [order, unpaid])).rows).toBe(2);
    const text = await readFile(path, 'utf8');
    expect(text.startsWith('\uFEFF商品,订单号,')).toBe(true);
    expect(text).not.toContain('\r');
    expect(text.endsWith(',否,否,未上传')).toBe(true);
    expect(text).toContain('\n"竹篮(大号),带盖",260607-100000000000001,已发货，待收货,2\t,正常,2026-06-07 10:00:00,');
    expect(text).toContain('"P-note\nsecond line"');
    const { header, rows } = await readCsv(path);
    expect(header).toEqual(PINDUODUO_FULL);
    expect(header).toHaveLength(87);
    expect(rows[0]).toMatchObject({
      '商品总价(元)': '256.0\t',
      '邮费(元)': '8.0\t',
      '平台优惠折扣(元)': '15.05\t',
      '多多支付立减金额(元)': '2.5\t',
      '用户实付金额(元)': '236.45\t',
      '商家实收金额(元)': '254.0\t',
      订单成交时间: '2026-06-07 10:00:03',
      确认收货时间: '\t',
      省: '浙江省',
      是否分期: '否',
      手续费承担方: '\t',
      识别码上传状态: '未上传',
    });
    expect(rows[1]).toMatchObject({
      支付时间: '\t',
      省: '****',
      市: '****',
      '用户实付金额(元)': '236.45\t',
      是否分期: '\t',
    });
    expect(Object.values(rows[1] ?? {}).filter((value) => value === '\t')).toHaveLength(35);
  });

  it('write the short Pinduoduo export without pay time and province', async () => {
    const path = join(folder, 'short.csv');
    await writePinduoduo(path, 'short', [order]);
    const { header, rows } = await readCsv(path);
    expect(header).toEqual(PINDUODUO_SHORT);
    expect(header).toHaveLength(27);
    expect(rows[0]).toMatchObject({
      '商家实收金额(元)': '254.0\t',
      订单成交时间: '2026-06-07 10:00:03',
      是否分期: '否',
    });
  });

  it('repeat the order on every item row of a WeChat shop workbook', async () => {
    const path = join(folder, 'wechat.xlsx');
    expect((await writeWechatShop(path, [sale])).rows).toBe(2);
    const { header, rows, xml } = await readXlsx(path);
    expect(header).toEqual(WECHAT_SHOP_COLUMNS);
    expect(header).toHaveLength(63);
    expect(xml).not.toContain('<dimension');
    expect(xml).toContain('<c r="A2" t="str"><v>3710000000000000001</v></c>');
    expect(xml).toContain('<c r="BC3"><v>2</v></c>');
    for (const row of rows) {
      expect(row).toMatchObject({
        订单实际支付金额: '931.00',
        订单实际收款金额: '934.00',
        订单运费: '6.00',
        订单发货时间: '-',
      });
    }
    expect(rows.map((row) => row['商品实际价格(总共)'])).toEqual(['425.00', '500.00']);
    expect(rows[0]?.['商品名称']).toBe('碗碟 & <筷架>');
  });

  it('write the template with either line end, leaving empty what is not known', async () => {
    const path = join(folder, 'template.csv');
    await writeTemplate(path, '\r\n', [line]);
    expect(await readFile(path, 'utf8')).toBe(
      `\uFEFF${TEMPLATE_COLUMNS.join(',')}\r\ndouyin,云岫户外,6910000000000000010,6910000000000000011,2026-06-07 10:00:00,,,,` +
        `待付款,1,"帐篷,""双人""",浙江省,459.00,0.00,0.05,0.00\r\n`,
    );
    expect(TEMPLATE_COLUMNS).toHaveLength(16);
  });

  it('write texts larger than a chunk whole', async () => {
    const path = join(folder, 'text');
    const texts = ['云'.repeat(700_000), 'a', '岫'.repeat(900_000)];
    const bytes = await writeText(path, texts);
    expect(bytes).toBe(4_800_001);
    expect((await readFile(path, 'utf8')) === texts.join('')).toBe(true);
  });
});
