import { listAcceptedDays, listExpectations } from '../clickhouse/expectations';
import { deliveriesOfShops } from '../clickhouse/queries/deliveries';
import { type BusinessDay } from '../domain/calendar';
import { type ExpectedShop, expectedShops } from '../domain/completeness';
import { type Context } from './context';

/** readExpectedShops says of every shop what is expected of it and what has come; gaps before `since` are left out. */
export async function readExpectedShops({ db }: Pick<Context, 'db'>, since: BusinessDay): Promise<ExpectedShop[]> {
  const [deliveries, expectations, accepted] = await Promise.all([
    deliveriesOfShops(db, since),
    listExpectations(db),
    listAcceptedDays(db),
  ]);
  return expectedShops(deliveries, expectations, accepted);
}
