import { writeFile } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { columnsOf } from '../domain/text-columns';
import { PipelineError, terminal } from '../errors';
import { lineLogger, type Logger } from '../log';

/** Io is how a command speaks: its answer on stdout, everything else on stderr. */
export interface Io {
  readonly json: boolean;
  /** Whether progress is shown to anybody. */
  readonly showsProgress: boolean;
  /** The answer: one JSON document with --json, else lines of text. */
  answer(document: unknown, text: () => string): void;
  /** A line that only people need: progress, hints. */
  note(line: string): void;
  /** A line that is written over by the next one, on a terminal and without --json only. */
  progress(line: string): void;
  readonly log: Logger;
}

/** openIo speaks on the process's own streams. */
export function openIo(json: boolean): Io {
  const showsProgress = process.stderr.isTTY && !json;
  let transientLine = false;
  const line = (text: string): void => {
    process.stderr.write(`${transientLine ? '\r\u001b[K' : ''}${text}\n`);
    transientLine = false;
  };
  return {
    json,
    showsProgress,
    answer: (document, text) => {
      if (transientLine) process.stderr.write('\r\u001b[K');
      transientLine = false;
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${text()}\n`);
    },
    note: (text) => {
      if (!json) line(text);
    },
    progress: (text) => {
      if (!showsProgress) return;
      process.stderr.write(`\r\u001b[K${text}`);
      transientLine = true;
    },
    log: lineLogger({ write: (text: string) => line(text.trimEnd()) }),
  };
}

/** table aligns rows under a header; columns named in `right` hold figures. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[],
): string {
  const isRight = header.map((name) => right.includes(name));
  const [head = '', ...lines] = columnsOf([header, ...rows], isRight);
  return [head, '-'.repeat(Math.max(head.length, ...lines.map((text) => text.length))), ...lines].join('\n');
}

/**
 * writeOutput writes a file that a command was asked for.
 * @throws PipelineError `output-unwritable` when its folder is missing or may not be written
 */
export async function writeOutput(path: string, content: string | Readable): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    // What the content is made from has failed, not the file.
    if (error instanceof PipelineError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw terminal(
      'output-unwritable',
      `${path} cannot be written (${reason})`,
      'Name a file in a folder that exists and that this user may write.',
      { path, reason },
      error,
    );
  }
}

/** reportFailure tells of an error on the right stream; what is not a PipelineError is a fault of the program. */
export function reportFailure(io: Io, error: unknown): void {
  const failure =
    error instanceof PipelineError
      ? { code: error.code, message: error.message, advice: error.advice }
      : {
          code: 'internal',
          message: error instanceof Error ? error.message : String(error),
          advice: 'This is a fault of the program: report it with the command that led to it.',
        };
  if (io.json) io.answer({ error: failure }, () => '');
  process.stderr.write(`error: ${failure.message} [${failure.code}]\n`);
  if (failure.advice !== '') process.stderr.write(`  what to do: ${failure.advice}\n`);
}
