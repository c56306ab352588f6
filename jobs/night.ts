import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/** night walks the inbox and queues one ingest for each file, and totals for when all of them have ended. */
export const night =
  (operations: Operations): Handler<'night'> =>
  async ({ nightId, inbox, asOf, due }) => {
    const files = await operations.findFiles(inbox);
    const days = { ...(asOf !== undefined && { asOf }), ...(due !== undefined && { due }) };
    return {
      result: { files: files.length },
      next: {
        each: files.map((file) => ({ name: 'ingest', payload: { nightId, ...file } })),
        then: { name: 'totals', payload: { nightId, inbox, ...days } },
      },
    };
  };
