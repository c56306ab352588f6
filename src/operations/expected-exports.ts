import { listAcceptedDays, listExpectations } from '../clickhouse/expectations';
import { deliveriesOfShops } from '../clickhouse/queries/deliveries';
import { type BusinessDay } from '../domain/calendar';
import { type ExpectedShop, expectedShops } from '../domain/completeness';
import { type Context } from './context';

/**
 * readExpectedShops says of every shop what is expected of it and what has come; gaps before `since` are left out.
 * @param known as of a moment, as the engine writes it; now where it is not given
 */
export async function readExpectedShops(
  { db }: Pick<Context, 'db'>,
  since: BusinessDay,
  known?: string,
): Promise<ExpectedShop[]> {
  const [deliveries, expectations, accepted] = await Promise.all([
    deliveriesOfShops(db, since, known),
    listExpectations(db, known),
    listAcceptedDays(db, known),
  ]);
  return expectedShops(deliveries, expectations, accepted);
}
