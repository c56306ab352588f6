import { type Operations } from '../src/operations/operations';
import { type Handler } from '../src/queue/worker';

/**
 * night walks the inbox, or what was put away on some days, and queues one ingest for each file, and totals for when all of
 * them have ended.
 */
export const night =
  (operations: Operations): Handler<'night'> =>
  async ({ nightId, inbox, asOf, due, archived }) => {
    const files = archived ? await operations.findArchived(archived) : await operations.findFiles(inbox);
    const days = { ...(asOf !== undefined && { asOf }), ...(due !== undefined && { due }) };
    const ingest = { nightId, ...(archived && { backfill: true }) };
    return {
      result: { files: files.length },
      next: {
        each: files.map((file) => ({ name: 'ingest', payload: { ...ingest, ...file } })),
        then: { name: 'totals', payload: { nightId, ...(!archived && { inbox }), ...days } },
      },
    };
  };
