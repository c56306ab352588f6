import { type Operations } from '../src/operations/operations';
import { type JobRequest } from '../src/queue/contracts';
import { type Handler } from '../src/queue/worker';

/**
 * totals rebuilds what the night's commits have touched, puts the files away, then queues the pace, and keeping house
 * after every night of an inbox: originals hold personal data, also where nights are run by hand.
 */
export const totals =
  (operations: Operations): Handler<'totals'> =>
  async ({ inbox, ...night }) => {
    const result = await operations.refreshTotals();
    if (inbox !== undefined) await operations.clearInbox(inbox);
    const house: JobRequest[] =
      inbox === undefined ? [] : [{ name: 'housekeeping', payload: { nightId: night.nightId } }];
    return { result, next: { each: [{ name: 'pace', payload: night }, ...house] } };
  };
