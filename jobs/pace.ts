import { type Operations } from '../src/operations/operations';
import { alertJobs } from '../src/queue/night';
import { type Handler } from '../src/queue/worker';

/** pace judges the year and queues one alert for each recipient who is to hear of it; with that the night is done. */
export const pace =
  (operations: Operations): Handler<'pace'> =>
  async ({ nightId, due, ...day }) => {
    const { failure, ...raised } = await operations.raiseAlerts(day);
    if (!failure) await operations.recordNight({ nightId, ...(due !== undefined && { due }) });
    return { result: raised, next: { each: alertJobs(nightId, raised) }, ...(failure && { failure }) };
  };
