import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/** totals rebuilds what the night's commits have touched, then queues the pace. */
export const totals =
  (operations: Operations): Handler<'totals'> =>
  async (payload) => ({
    result: await operations.refreshTotals(),
    next: { each: [{ name: 'pace', payload }] },
  });
