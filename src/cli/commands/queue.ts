import { PipelineError, terminal } from '../../errors';
import { type QueueSettings } from '../../queue/open';
import { type JobToDo, jobsToDo } from '../../queue/jobs-to-do';
import { type Io, table } from '../io';

/** queueList prints the jobs that are at work, wait or have failed. */
export async function queueList(io: Io, settings: QueueSettings): Promise<boolean> {
  const { openQueueBackend } = await import('../../queue/open.js');
  const queue = await openQueueBackend(settings, io.log).catch((error: unknown) => {
    if (!(error instanceof PipelineError) || error.code !== 'queue-locked') throw error;
    throw terminal(
      error.code,
      error.message,
      'What has it open tells of its jobs: operators ask its API, GET /v1/queue.',
    );
  });
  try {
    const jobs = await jobsToDo(queue);
    io.answer({ jobs }, () =>
      jobs.length === 0 ? 'nothing waits, nothing is at work, nothing has failed' : text(jobs),
    );
    return true;
  } finally {
    await queue.close();
  }
}

function text(jobs: readonly JobToDo[]): string {
  return [
    table(
      ['state', 'job', 'night', 'attempts', 'queued', 'rows', 'of'],
      jobs.map((job) => [
        ...[job.state, job.queue, job.nightId, String(job.attempts), job.queuedAt],
        ...[job.progress === null ? '' : String(job.progress.rows), job.subject],
      ]),
      ['attempts', 'rows'],
    ),
    ...jobs.flatMap(({ queue, subject, failure }) =>
      failure === null ? [] : [`${queue} ${subject}: ${failure.message} [${failure.code}] ${failure.advice}`],
    ),
  ].join('\n');
}
