import { readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { findFile, type LedgerEntry } from '../clickhouse/ledger';
import { type Original, recordOriginals } from '../clickhouse/originals';
import { addDays, businessDayAt, wallClockAt } from '../domain/calendar';
import { PipelineError } from '../errors';
import { findExports } from '../intake/find-files';
import { identityOf, takeFingerprint } from '../intake/fingerprint';
import { moveFile } from '../intake/move-file';
import { type Context } from './context';
import { reasonZh } from './texts-zh';

/** What was put where. */
export interface ClearedInbox {
  readonly archived: number;
  readonly refused: number;
}

/**
 * clearInbox puts away every file of the inbox that the ledger has an answer for: into the archive what is committed, and
 * beside a note in Chinese what is refused; what is held or not known yet stays. A file is known by its bytes and not by
 * its name, so one that a crash left between its commit and its move is found by the next night, and one that has changed
 * since it was loaded stays. Only the inbox of the settings is cleared: folders that somebody names by hand are theirs.
 */
export async function clearInbox(context: Context, inbox: string): Promise<ClearedInbox> {
  const { settings, now } = context;
  const cleared = { archived: 0, refused: 0 };
  if (inbox !== settings.inbox || !existsSync(inbox)) return cleared;
  const today = businessDayAt(now().getTime());
  for (const [disk, exports] of await filesIn(context, inbox)) {
    const entries = await entriesOf(context, exports);
    const verdict = verdictOf(entries);
    if (verdict === null) continue;
    const root = verdict === 'archived' ? settings.archiveDir : settings.refusedDir;
    const place = freePlace(join(root, today), relative(inbox, disk));
    if (verdict === 'refused') await putReason(context, disk, place, entries);
    await recordOriginals(
      context.db,
      entries.map((entry) => originalOf(entry, disk, place)),
      now(),
    );
    await moveFile(disk, place);
    cleared[verdict] += 1;
  }
  await dropExpired(settings.archiveDir, addDays(today, -settings.archiveDays));
  await dropExpired(settings.refusedDir, addDays(today, -settings.archiveDays));
  return cleared;
}

/** The exports of each file on disk: one, or those in an archive. */
async function filesIn({ log }: Context, inbox: string): Promise<Map<string, string[]>> {
  const files = new Map<string, string[]>();
  for (const { path, disk } of await findExports(inbox, log)) files.set(disk, [...(files.get(disk) ?? []), path]);
  return files;
}

/** An export and what the ledger says of its bytes; null where it says nothing. */
interface KnownExport {
  readonly path: string;
  readonly entry: LedgerEntry | null;
}

async function entriesOf({ db, settings }: Context, exports: readonly string[]): Promise<KnownExport[]> {
  const known: KnownExport[] = [];
  for (const path of exports) {
    const identity = await takeFingerprint(path, { password: settings.archivePassword }).catch((error: unknown) => {
      if (error instanceof PipelineError) return identityOf(path);
      throw error;
    });
    known.push({ path, entry: identity && (await findFile(db, identity.fileId)) });
  }
  return known;
}

/** Null while something of a file is not decided. One export of an archive that counts is enough to keep it. */
function verdictOf(exports: readonly KnownExport[]): keyof ClearedInbox | null {
  const states = exports.map(({ entry }) => entry?.status);
  if (!states.every((state) => state === 'committed' || state === 'withdrawn' || state === 'refused')) return null;
  return states.some((state) => state !== 'refused') ? 'archived' : 'refused';
}

const originalOf = ({ path, entry }: KnownExport, disk: string, place: string): Original => ({
  fileId: entry?.fileId ?? '',
  path: place + path.slice(disk.length),
});

/** A file of the same name that was put away before is never replaced. */
function freePlace(folder: string, path: string): string {
  for (let number = 1; ; number += 1) {
    const place = join(number === 1 ? folder : `${folder}.${number}`, path);
    if (!existsSync(place)) return place;
  }
}

async function putReason(
  context: Context,
  disk: string,
  place: string,
  exports: readonly KnownExport[],
): Promise<void> {
  const note = `${disk}.原因.txt`;
  const reasons = exports.flatMap(({ path, entry }) => {
    if (!entry) return [];
    const { code = 'refused', message = entry.decision?.reason ?? '' } = entry.error ?? {};
    return [{ name: basename(path), code, message: message.replaceAll(`${context.settings.inbox}${sep}`, '') }];
  });
  const at = wallClockAt(context.now().getTime());
  // With a mark, since it is opened on Windows.
  await writeFile(note, `\uFEFF${reasonZh({ name: basename(disk), at, reasons })}`);
  await moveFile(note, `${place}.原因.txt`);
}

/** Folders are named by the day on which things were put there. */
async function dropExpired(root: string, before: string): Promise<void> {
  if (!existsSync(root)) return;
  for (const name of await readdir(root)) {
    const day = /^(\d{4}-\d{2}-\d{2})(?:\.\d+)?$/.exec(name)?.[1];
    if (day !== undefined && day < before) await rm(join(root, name), { recursive: true, force: true });
  }
}
