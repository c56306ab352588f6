import { type Chain } from '../domain/chains';
import { firstDay } from '../domain/calendar';
import { type Goal } from '../domain/goal';
import { type Fen } from '../domain/money';
import { type ShopStatement, UNKNOWN_TRAITS } from '../domain/shop-register';
import { DEMO_SHOPS, type DemoShop, HABITS } from './catalog';

/** Where the fictional shops are at home, and their chain. */
const HOMES: Readonly<Record<string, readonly [league: string, chain: string]>> = {
  云岫山货铺子: ['兴安盟', '果蔬与菌类'],
  云岫竹木家居: ['通辽市', '家居与日用品'],
  云岫茶园直供: ['赤峰市', '果蔬与菌类'],
  云岫母婴好物: ['呼和浩特市', '家居与日用品'],
  云岫陶坊: ['呼和浩特市', '文创与民族工艺'],
  云岫丝绸: ['鄂尔多斯市', '文创与民族工艺'],
  云岫户外: ['锡林郭勒盟', '户外与马具'],
  云岫零食工坊: ['呼伦贝尔市', '牛肉'],
  云岫农具: ['巴彦淖尔市', '家居与日用品'],
};

/** DEMO_CHAINS is the demo's table of industry chains. */
export const DEMO_CHAINS: readonly Chain[] = [
  { cluster: '肉业', chain: '牛肉' },
  { cluster: '特色种植', chain: '果蔬与菌类' },
  { cluster: '装备与日用工业品', chain: '家居与日用品' },
  { cluster: '装备与日用工业品', chain: '户外与马具' },
  { cluster: '文化旅游', chain: '文创与民族工艺' },
];

/** demoRegister says of each shop of the demo where it is at home, from the beginning of a year on. */
export function demoRegister(year: number): ShopStatement[] {
  return DEMO_SHOPS.map(({ platform, name }) => {
    const [league = '', chain = ''] = HOMES[name] ?? [];
    return { ...UNKNOWN_TRAITS, platform, shop: name, validFrom: firstDay(year), league, chain, kind: 'goods' };
  });
}

/** In whole units of 10,000 yuan, as goals are set. */
const ROUND: Fen = 1_000_000n;

/** What a shop would sell in a year that meets the goal, net of refunds, in fen. */
function yearOf({ platform, ordersPerYear, products }: DemoShop): number {
  const weight = products.reduce((sum, { popularity }) => sum + popularity, 0);
  const price = products.reduce((sum, product) => sum + product.price * product.popularity, 0) / weight;
  const { neverPaid, refunded } = HABITS[platform];
  return ordersPerYear * price * (1 - neverPaid) * (1 - refunded);
}

/** demoGoals divides the demo's goal among its leagues, and among its chains, by what their shops would sell. */
export function demoGoals(year: number, goal: Fen): (Goal & { setOn: string })[] {
  const whole = DEMO_SHOPS.reduce((sum, shop) => sum + yearOf(shop), 0);
  return (['league', 'chain'] as const).flatMap((dimension, place) => {
    const shares = new Map<string, number>();
    for (const shop of DEMO_SHOPS) {
      const value = HOMES[shop.name]?.[place] ?? '';
      shares.set(value, (shares.get(value) ?? 0) + yearOf(shop) / whole);
    }
    return [...shares].map(([value, share]) => ({
      year,
      measure: 'net' as const,
      amount: ((BigInt(Math.round(share * 1e6)) * goal) / 1_000_000n / ROUND) * ROUND,
      setOn: firstDay(year),
      scope: { [dimension]: value },
    }));
  });
}
