import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/** ingest takes one file to its commit; totals wait for all of them in the queue. */
export const ingest =
  (operations: Operations): Handler<'ingest'> =>
  async (payload, { lease, tellProgress }) => {
    const { path, platform, shop } = payload;
    const place = { ...(platform !== undefined && { platform }), ...(shop !== undefined && { shop }) };
    return { result: await operations.ingestFile({ path, ...place, lease, onProgress: tellProgress }) };
  };
