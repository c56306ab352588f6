import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { findFile, type LedgerEntry } from '../clickhouse/ledger';
import { type Original, recordOriginals } from '../clickhouse/originals';
import { addDays, businessDayAt, wallClockAt } from '../domain/calendar';
import { PipelineError } from '../errors';
import { stampOf } from '../intake/disk-file';
import { findExports } from '../intake/find-files';
import { identityOf, takeFingerprint } from '../intake/fingerprint';
import { isSameFile, moveFile } from '../intake/move-file';
import { confirmSilence } from './confirm-silence';
import { type Context } from './context';
import { placed } from './placed';
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
 * What cannot be moved (a full disk, missing rights) stays too and is told of: it must not keep the night from its end.
 */
export async function clearInbox(context: Context, inbox: string): Promise<ClearedInbox> {
  const cleared = { archived: 0, refused: 0 };
  if (inbox !== context.settings.inbox || !existsSync(inbox)) return cleared;
  for (const [disk, files] of await filesIn(context, inbox)) {
    try {
      const put = await putAway(context, disk, files);
      if (put !== null) cleared[put] += 1;
    } catch (error) {
      if (error instanceof PipelineError && error.code.startsWith('store-')) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      context.log.error(`${disk} is done with but cannot be moved, and stays: ${reason}`);
    }
  }
  return cleared;
}

async function putAway(context: Context, disk: string, files: readonly string[]): Promise<keyof ClearedInbox | null> {
  const { settings, now, db } = context;
  const stamp = await stampOf(disk).catch(() => null);
  // A link is refused but stays: what it leads to is not ours to move.
  if (stamp === null) return null;
  const entries = await entriesOf(context, files);
  const verdict = verdictOf(entries);
  if (verdict === null) return null;
  for (const { path, name, entry } of entries) {
    if (entry?.status === 'committed')
      await confirmSilence(context, { ...placed(settings.inbox, { path, disk }), name }, entry);
  }
  const root = verdict === 'archived' ? settings.archiveDir : settings.refusedDir;
  const today = businessDayAt(now().getTime());
  const place = await freePlace(join(root, today), relative(settings.inbox, disk), disk);
  const originals = entries.map((entry) => originalOf(entry, disk, place));
  await recordOriginals(db, originals, now());
  if (verdict === 'refused') await putReason(context, disk, place, entries);
  if ((await moveFile(disk, place, stamp)) === 'moved') return verdict;
  await rm(noteOf(place), { force: true });
  return null;
}

/** dropOldOriginals deletes what was put away more days ago than originals are kept: they hold personal data. */
export async function dropOldOriginals({ settings, now }: Context): Promise<{ readonly folders: number }> {
  const before = addDays(businessDayAt(now().getTime()), -settings.archiveDays);
  let folders = 0;
  for (const root of [settings.archiveDir, settings.refusedDir]) folders += await dropExpired(root, before);
  return { folders };
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
  /** The export's own name. */
  readonly name: string;
  readonly entry: LedgerEntry | null;
}

async function entriesOf({ db, settings }: Context, files: readonly string[]): Promise<KnownExport[]> {
  const known: KnownExport[] = [];
  for (const path of files) {
    const identity = await takeFingerprint(path, { password: settings.archivePassword }).catch((error: unknown) => {
      if (error instanceof PipelineError) return identityOf(path);
      throw error;
    });
    known.push({
      path,
      name: identity !== null && 'name' in identity ? identity.name : '',
      entry: identity && (await findFile(db, identity.fileId)),
    });
  }
  return known;
}

/** Null while something of a file is not decided. One export of an archive that counts is enough to keep it. */
function verdictOf(files: readonly KnownExport[]): keyof ClearedInbox | null {
  const states = files.map(({ entry }) => entry?.status);
  if (!states.every((state) => state === 'committed' || state === 'withdrawn' || state === 'refused')) return null;
  return states.some((state) => state !== 'refused') ? 'archived' : 'refused';
}

const originalOf = ({ path, entry }: KnownExport, disk: string, place: string): Original => ({
  fileId: entry?.fileId ?? '',
  path: place + path.slice(disk.length),
});

/** A file of the same name that was put away before is never replaced; a move that was cut off goes on where it was. */
async function freePlace(folder: string, path: string, disk: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const place = join(number === 1 ? folder : `${folder}.${number}`, path);
    if (!existsSync(place) || (await isSameFile(disk, place))) return place;
  }
}

const noteOf = (place: string): string => `${place}.原因.txt`;

/** The note is there before the file, so that nobody finds a refused file without it. */
async function putReason(context: Context, disk: string, place: string, files: readonly KnownExport[]): Promise<void> {
  const reasons = files.flatMap(({ path, entry }) => {
    if (!entry) return [];
    const { code = 'refused', message = '' } = entry.error ?? {};
    // That names another shop, which may be another merchant's.
    const said = code === 'shop-doubtful' ? '' : message.replaceAll(`${context.settings.inbox}${sep}`, '');
    return [{ name: basename(path), code, message: said, decision: entry.decision?.reason ?? '' }];
  });
  const at = wallClockAt(context.now().getTime());
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  // With a mark, since it is opened on Windows.
  await writeFile(`${noteOf(place)}.part`, `\uFEFF${reasonZh({ name: basename(disk), at, reasons })}`);
  await rename(`${noteOf(place)}.part`, noteOf(place));
}

/** Folders are named by the day on which things were put there. */
async function dropExpired(root: string, before: string): Promise<number> {
  if (!existsSync(root)) return 0;
  const expired = (await readdir(root)).filter((name) => {
    const day = PUT_AWAY_ON.exec(name)?.[1];
    return day !== undefined && day < before;
  });
  for (const name of expired) await rm(join(root, name), { recursive: true, force: true });
  return expired.length;
}

/** PUT_AWAY_ON is the form of the folders under an archive: the day, with a number where a name was taken. */
export const PUT_AWAY_ON = /^(\d{4}-\d{2}-\d{2})(?:\.\d+)?$/;
