import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/** night walks the inbox and queues one ingest for each file, and totals for when all of them have ended. */
export const night =
  (operations: Operations): Handler<'night'> =>
  async ({ nightId, inbox, asOf }) => {
    const files = await operations.findFiles(inbox);
    const day = asOf === undefined ? {} : { asOf };
    return {
      result: { files: files.length },
      next: {
        each: files.map((file) => ({ name: 'ingest', payload: { nightId, ...file } })),
        then: { name: 'totals', payload: { nightId, ...day } },
      },
    };
  };
