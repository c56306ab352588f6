import { type Operations } from '../src/operations/operations';
import { alertJobs } from '../src/queue/night';
import { type Handler } from '../src/queue/worker';

/**
 * report raises what is due of weeks, months and years, and queues one alert for each recipient; with that the night is
 * done.
 */
export const report =
  (operations: Operations): Handler<'report'> =>
  async ({ nightId, due, unfinished = false, ...day }) => {
    const alerts = await operations.raiseReports(day);
    if (!unfinished) await operations.recordNight({ nightId, ...(due !== undefined && { due }) });
    return { result: { alerts }, next: { each: alertJobs(nightId, { alerts }) } };
  };
