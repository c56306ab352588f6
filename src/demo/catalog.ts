/** Product is one thing that a fictional shop sells. `price` is its list price in fen, `popularity` a relative weight. */
export interface Product {
  readonly title: string;
  readonly variant: string;
  readonly price: number;
  readonly popularity: number;
}

/** What a platform's exports and customers are like in the demo. Probabilities are 0 to 1. */
export interface PlatformHabits {
  readonly neverPaid: number;
  readonly refunded: number;
  /** Share of refunds that give back a part only; only where an export can tell. */
  readonly partialRefund: number;
  readonly severalLines: number;
  /** The highest coupon that the platform pays, as a share of the price. */
  readonly subsidyUpTo: number;
}

/** DemoPlatform is a platform id of the demo. */
export type DemoPlatform = 'pinduoduo' | 'wechat-shop' | 'douyin' | 'kuaishou';

/** HABITS per platform; figures are made up, in the range of what one sees. */
export const HABITS: Readonly<Record<DemoPlatform, PlatformHabits>> = {
  pinduoduo: { neverPaid: 0.1, refunded: 0.15, partialRefund: 0, severalLines: 0, subsidyUpTo: 0.24 },
  'wechat-shop': { neverPaid: 0.03, refunded: 0.11, partialRefund: 0.15, severalLines: 0.07, subsidyUpTo: 0.05 },
  douyin: { neverPaid: 0.08, refunded: 0.2, partialRefund: 0.1, severalLines: 0.06, subsidyUpTo: 0.1 },
  kuaishou: { neverPaid: 0.07, refunded: 0.14, partialRefund: 0.1, severalLines: 0.04, subsidyUpTo: 0.08 },
};

/** DemoShop is a shop of the fictional region with the orders that it would get in a year that meets the goal. */
export interface DemoShop {
  readonly platform: DemoPlatform;
  readonly name: string;
  readonly ordersPerYear: number;
  readonly products: readonly Product[];
  /** Category of its goods, three levels. */
  readonly category: readonly [string, string, string];
}

const product = (title: string, variant: string, yuan: number, popularity: number): Product => ({
  title,
  variant,
  price: Math.round(yuan * 100),
  popularity,
});

/** DEMO_SHOPS are the shops of 云岫 (Yunxiu), a region that does not exist, and neither do they. */
export const DEMO_SHOPS: readonly DemoShop[] = [
  {
    platform: 'pinduoduo',
    name: '云岫山货铺子',
    ordersPerYear: 64_990,
    category: ['食品', '山货干货', '菌菇笋干'],
    products: [
      product('云岫高山香菇干货500克,肉厚无根', '500克', 89, 5),
      product('云岫手剥笋干 煲汤烧肉', '400克', 69.9, 4),
      product('云岫土蜂蜜礼盒', '两瓶装', 268, 3),
      product('云岫"老灶"米粉 整箱', '5斤', 59.5, 3),
      product('云岫山核桃仁 原味', '1千克', 239, 2),
      product('云岫年货礼包', '八样', 399, 2),
    ],
  },
  {
    platform: 'pinduoduo',
    name: '云岫竹木家居',
    ordersPerYear: 38_800,
    category: ['家居用品', '收纳整理', '竹木收纳'],
    products: [
      product('竹编收纳篮(大号),带盖', '大号', 128, 4),
      product('楠竹折叠小桌', '80厘米', 259, 3),
      product('竹纤维毛巾10条装', '素色', 99.9, 5),
      product('竹制三层置物架', '本色', 329, 2),
      product('补差价专用', '一分', 0.01, 0.02),
    ],
  },
  {
    platform: 'pinduoduo',
    name: '云岫茶园直供',
    ordersPerYear: 32_010,
    category: ['茶', '绿茶', '高山绿茶'],
    products: [
      product('云岫高山绿茶 明前', '250克', 318, 3),
      product('云岫高山绿茶 雨前', '250克', 188, 5),
      product('云岫红茶罐装', '两罐', 229, 3),
      product('云岫茶点组合', '六盒', 79, 3),
    ],
  },
  {
    platform: 'wechat-shop',
    name: '云岫母婴好物',
    ordersPerYear: 12_610,
    category: ['母婴', '用品', '寝具'],
    products: [
      product('云岫婴儿蚕丝被', '110×130', 699, 3),
      product('云岫竹棉尿布 <40片>', '小号', 139, 4),
      product('云岫婴儿推车垫', '四季', 359, 3),
    ],
  },
  {
    platform: 'wechat-shop',
    name: '云岫陶坊',
    ordersPerYear: 7_760,
    category: ['家居', '餐具', '陶瓷'],
    products: [
      product('云岫手绘茶具 一壶四杯', '青釉', 899, 2),
      product('云岫家用碗碟套装 & 筷架', '20件', 468, 4),
      product('云岫陶土花器', '中号', 258, 3),
    ],
  },
  {
    platform: 'douyin',
    name: '云岫丝绸',
    ordersPerYear: 32_010,
    category: ['服饰', '丝绸', '丝巾'],
    products: [
      product('云岫桑蚕丝方巾', '90厘米', 299, 4),
      product('云岫真丝眼罩,送收纳袋', '藏青', 129, 4),
      product('云岫真丝睡衣套装', '均码', 899, 1.5),
      product('云岫丝绵夏被', '1.5米', 659, 1.5),
    ],
  },
  {
    platform: 'douyin',
    name: '云岫户外',
    ordersPerYear: 31_040,
    category: ['运动户外', '露营', '装备'],
    products: [
      product('云岫折叠露营椅', '两把', 238, 4),
      product('云岫双人帐篷 防雨', '军绿', 459, 2),
      product('云岫保温壶1.2升', '原色', 168, 4),
    ],
  },
  {
    platform: 'kuaishou',
    name: '云岫零食工坊',
    ordersPerYear: 30_070,
    category: ['零食', '糕点', '礼盒'],
    products: [
      product('云岫芝麻酥糖 整箱', '3千克', 119, 5),
      product('云岫牛肉干礼盒', '1千克', 299, 3),
      product('云岫坚果大礼包', '2千克', 239, 3),
    ],
  },
  {
    platform: 'kuaishou',
    name: '云岫农具',
    ordersPerYear: 17_460,
    category: ['五金', '园艺', '农具'],
    products: [
      product('云岫锂电修枝剪', '双电', 438, 3),
      product('云岫背负式喷雾器', '16升', 318, 3),
      product('云岫锻打锄头', '四件', 159, 3),
    ],
  },
];

/** PROVINCES are the destinations of parcels with relative weights. */
export const PROVINCES: readonly (readonly [name: string, weight: number])[] = [
  ['广东省', 12],
  ['浙江省', 9],
  ['江苏省', 9],
  ['山东省', 8],
  ['河南省', 6],
  ['四川省', 6],
  ['河北省', 5],
  ['上海市', 5],
  ['北京市', 5],
  ['湖北省', 4],
  ['安徽省', 4],
  ['湖南省', 4],
  ['福建省', 4],
  ['陕西省', 3],
  ['辽宁省', 3],
  ['江西省', 3],
  ['广西壮族自治区', 2],
  ['重庆市', 2],
  ['云南省', 2],
  ['内蒙古自治区', 1],
  ['新疆维吾尔自治区', 1],
];
