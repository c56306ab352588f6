import { z } from 'zod';
import { type Database, type NamedQuery } from './client';
import { engineTime } from './time';

/** Original is where the file of an id was put. */
export interface Original {
  readonly fileId: string;
  readonly path: string;
}

const PLACES: NamedQuery<{ path: string }> = {
  name: 'places of an original',
  sql: 'SELECT path FROM originals WHERE file_id = {fileId: String} ORDER BY at DESC LIMIT 2',
  row: z.object({ path: z.string() }),
};

/** placesOf lists where the original of a file may be, newest first: a place is written down before the file is moved. */
export async function placesOf(db: Database, fileId: string): Promise<string[]> {
  return (await db.rows(PLACES, { fileId })).map(({ path }) => path);
}

/** recordOriginals writes down where files are about to be put. */
export async function recordOriginals(db: Database, originals: readonly Original[], now: Date): Promise<void> {
  await db.insert(
    'originals',
    originals.map(({ fileId, path }) => ({ file_id: fileId, path, at: engineTime(now) })),
  );
}
