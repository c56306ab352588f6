import { PipelineError, terminal, transient } from '../errors';

/** LIMITS are the bounds of what is opened; a file beyond one of them is refused by the name of the bound. */
export const LIMITS = {
  /** Times that a compressed file may grow, once it has grown past `freelyBytes`. */
  ratio: 300,
  freelyBytes: 64 << 20,
  /** What comes out of one compressed file or one part of an xlsx. */
  unpackedBytes: 32 * 2 ** 30,
  members: 10_000,
  /** What is held in memory because its format can only be read from its end: workbooks inside archives, .xls. */
  inMemoryBytes: 256 << 20,
  sharedStringBytes: 512 << 20,
  columns: 16_384,
  lineBytes: 16 << 20,
  cellBytes: 1 << 20,
} as const;

/** overLimit refuses a file by the bound that it passes. */
export function overLimit(path: string, what: string, bound: string): PipelineError {
  return terminal(
    'over-limit',
    `${path} ${what}; the bound is ${bound}`,
    'Export a shorter period, or unpack the archive and check that it is what it should be.',
    { path, bound },
  );
}

/** What the system says of a file itself; whatever else it says, of a disk or a network, may pass. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'it is a symbolic link; hand in the file itself',
};

const isOfTheSystem = (error: unknown): boolean => error instanceof Error && 'code' in error && 'syscall' in error;

/** unreadable names why a file cannot be read; a PipelineError stays as it is. Transient where the fault is not the file’s. */
export function unreadable(path: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const fault = isOfTheSystem(error) && REASONS[code] === undefined ? transient : terminal;
  return fault(
    'file-unreadable',
    `${path} cannot be read: ${REASONS[code] ?? code}`,
    REASONS[code] === undefined
      ? 'Check the disk or the network folder; the file is tried again.'
      : 'Check the path and the rights of the user that runs Paceline.',
    { path, reason: code },
    error,
  );
}

/** damaged refuses a container whose bytes are broken or end too early; a PipelineError stays as it is. */
export function damaged(path: string, what: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  if (isOfTheSystem(error)) return unreadable(path, error);
  return terminal(
    'file-truncated',
    `${path} is a damaged or truncated ${what}: ${error instanceof Error ? error.message : String(error)}`,
    'Download it again; it must be complete.',
    { path },
    error,
  );
}

/** changed tells that a file is not the one that was read a moment ago. */
export function changed(path: string): PipelineError {
  return transient(
    'file-changed',
    `${path} changed while it was read`,
    'Wait until it is written completely, then run the command again; nothing of it was loaded.',
    { path },
  );
}

/** notATable refuses what can hold no orders by the name of what it is. */
export function notATable(path: string, what: string): PipelineError {
  return terminal(
    'file-not-a-table',
    `${path} is ${what}`,
    'Export orders as csv or xlsx from the platform; do not rename other files to .csv.',
    { path, kind: what },
  );
}

/** encrypted refuses what needs a password that is not set or does not fit. The password is never repeated. */
export function encrypted(path: string, password: string | undefined): PipelineError {
  return terminal(
    'archive-encrypted',
    password === undefined
      ? `${path} is protected by a password, and none is configured`
      : `${path} is protected by another password than the one that is configured`,
    'Set PACELINE_ARCHIVE_PASSWORD or PACELINE_ARCHIVE_PASSWORD_FILE, or hand in the export without a password.',
    { path },
  );
}

/** unsafe refuses an archive that no platform writes: links, names that lead out of it, archives in archives. */
export function unsafe(path: string, why: string): PipelineError {
  return terminal(
    'archive-unsafe',
    `${path} is refused as an archive: ${why}`,
    'Unpack it by hand, check what is in it, and hand in the exports themselves.',
    { path },
  );
}
