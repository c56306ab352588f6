import { type Operations } from '../src/operations/operations';
import { type JobRequest } from '../src/queue/contracts';
import { alertJobs } from '../src/queue/night';
import { type Handler } from '../src/queue/worker';

/** pace judges the year and queues one alert for each recipient who is to hear of it, and the reports. */
export const pace =
  (operations: Operations): Handler<'pace'> =>
  async ({ due, ...night }) => {
    const { nightId, ...day } = night;
    const { failure, ...raised } = await operations.raiseAlerts(day);
    const ends = { ...(due !== undefined && { due }), ...(failure && { unfinished: true }) };
    const report: JobRequest = { name: 'report', payload: { ...night, ...ends } };
    return { result: raised, next: { each: [...alertJobs(nightId, raised), report] }, ...(failure && { failure }) };
  };
