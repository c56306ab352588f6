import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/** housekeeping removes what is past its retention, after the night of a day. */
export const housekeeping =
  (operations: Operations): Handler<'housekeeping'> =>
  async () => ({ result: await operations.keepHouse() });
