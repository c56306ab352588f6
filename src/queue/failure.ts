import { PipelineError } from '../errors';

/** Failure is why a job failed, as an operator reads it: stable code, what happened, what to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/** failureOf puts any error into the form in which failures are reported. */
export function failureOf(error: unknown): Failure {
  if (error instanceof PipelineError) return { code: error.code, message: error.message, advice: error.advice };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), advice: '' };
}

const WRITTEN = /^\[([a-z][a-z0-9-]*)\] ([\s\S]*)$/;
const ADVICE = '\nWhat to do: ';

/** writeFailure makes the one text that BullMQ keeps of a failure, readable on a queue board too. */
export function writeFailure(failure: Failure): string {
  return `[${failure.code}] ${failure.message}${failure.advice === '' ? '' : `${ADVICE}${failure.advice}`}`;
}

/** readFailure reads the text back; texts of BullMQ itself (a job that stalled too often) become `internal`. */
export function readFailure(text: string): Failure {
  const [, code, rest] = WRITTEN.exec(text) ?? [];
  if (code === undefined || rest === undefined) return { code: 'internal', message: text, advice: '' };
  const at = rest.indexOf(ADVICE);
  if (at < 0) return { code, message: rest, advice: '' };
  return { code, message: rest.slice(0, at), advice: rest.slice(at + ADVICE.length) };
}
