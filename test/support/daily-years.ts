import { type TemplateRow } from '../../src/demo/writers/template';
import { type BusinessDay, daysBetween, eachDay } from '../../src/domain/calendar';
import { springFestival } from '../../src/domain/holidays';
import { NATIONAL_ONLINE_RETAIL } from '../../src/domain/national-season';
import { type Fen } from '../../src/domain/money';
import { type PastYear } from '../../src/domain/regional-season';

/** What a day brings against an ordinary one: five times as much on 11 November, a third at Spring Festival. */
export function liveliness(day: BusinessDay): number {
  if (day.endsWith('-11-11')) return 5;
  const fromFestival = daysBetween(springFestival(Number(day.slice(0, 4))), day);
  return -2 <= fromFestival && fromFestival <= 4 ? 1 / 3 : 1;
}

/** orderOfDay is one order of a day, of the day's whole amount in fen. */
export const orderOfDay = (
  day: BusinessDay,
  paid: Fen,
  { shop, orderId }: Pick<TemplateRow, 'shop' | 'orderId'>,
): TemplateRow => ({
  platform: 'douyin',
  shop,
  orderId,
  lineId: '1',
  createdAt: `${day} 10:00:00`,
  paidAt: `${day} 10:00:05`,
  shippedAt: '',
  completedAt: '',
  status: '已完成',
  quantity: 1,
  title: '燕麦片',
  province: '北京市',
  paid: Number(paid),
  postage: 0,
  subsidy: 0,
  refunded: 0,
});

/** dailyYear makes a whole year with the national month ends of 2023 and lively days inside its months. */
export function dailyYear(year: number, total: Fen, lively: (day: BusinessDay) => number = liveliness): PastYear {
  const shares = NATIONAL_ONLINE_RETAIL[2023] ?? {};
  const periods = [2, 4, 5, 6, 7, 8, 9, 11, 12];
  const dailyAmounts = new Map<BusinessDay, Fen>();
  periods.forEach((month, index) => {
    const from = index === 0 ? 1 : (periods[index - 1] ?? 0) + 1;
    const days = eachDay(`${year}-01-01`, `${year}-12-31`).filter((day) => {
      const of = Number(day.slice(5, 7));
      return from <= of && of <= month;
    });
    const part = ((shares[month] ?? 0) - (shares[periods[index - 1] ?? 0] ?? 0)) / (shares[12] ?? 1);
    const whole = days.reduce((sum, day) => sum + lively(day), 0);
    for (const day of days) dailyAmounts.set(day, BigInt(Math.round((Number(total) * part * lively(day)) / whole)));
  });
  return { year, dailyAmounts };
}
