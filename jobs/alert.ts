import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/** alert delivers one alert to one recipient. */
export const alert =
  (operations: Operations): Handler<'alert'> =>
  async ({ alertId, recipient }) => ({ result: await operations.deliverAlert({ alertId, recipient }) });
