import { lstat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** How files are watched; shorter in tests. */
export interface Watching {
  /** A file that nothing has happened to for so long is taken at once. */
  readonly quietMs: number;
  /** Time between two looks at the others, which must find a file the same. */
  readonly betweenMs: number;
  /** After so long, what still changes is left. */
  readonly withinMs: number;
}

const USUAL: Watching = { quietMs: 60_000, betweenMs: 2_000, withinMs: 60_000 };

/**
 * growingFiles watches files that have only just been written, and gives those that do not stop changing. It goes by the
 * time of the last change of anything (ctime), since an upload may set the time of writing back to that of its source.
 */
export async function growingFiles(paths: readonly string[], watching: Watching = USUAL): Promise<Set<string>> {
  let seen = new Map<string, string>();
  for (const path of paths) {
    const look = await lookAt(path);
    if (Date.now() - look.changedMs < watching.quietMs) seen.set(path, look.state);
  }
  for (const giveUpAt = Date.now() + watching.withinMs; seen.size > 0 && Date.now() < giveUpAt;) {
    await wait(watching.betweenMs);
    const changing = new Map<string, string>();
    for (const [path, before] of seen) {
      const { state } = await lookAt(path);
      if (state !== before) changing.set(path, state);
    }
    seen = changing;
  }
  return new Set(seen.keys());
}

/** A file that is gone changes no more; whoever reads it is told. */
async function lookAt(path: string): Promise<{ readonly state: string; readonly changedMs: number }> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await lstat(path);
    return { state: [size, mtimeMs, ctimeMs, ino].join(' '), changedMs: ctimeMs };
  } catch {
    return { state: 'gone', changedMs: 0 };
  }
}
