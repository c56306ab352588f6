import { type Operations } from '../src/operations/operations';
import { alertJobs } from '../src/queue/night';
import { type Handler } from '../src/queue/worker';

/** pace judges the year and queues one alert for each recipient who is to hear of it. */
export const pace =
  (operations: Operations): Handler<'pace'> =>
  async ({ nightId, ...day }) => {
    const raised = await operations.raiseAlerts(day);
    return { result: raised, next: { each: alertJobs(nightId, raised) } };
  };
