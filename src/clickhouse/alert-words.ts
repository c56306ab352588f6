import { z } from 'zod';
import { type QuietWord } from '../domain/quiet';
import { type Database, type NamedQuery } from './client';

const WORDS: NamedQuery<QuietWord> = {
  name: 'words on alerts',
  sql: `SELECT word, subject, toString(spell) AS behind_since, toString(begins) AS first_day, toString(ends) AS last_day,
      decided_by, reason FROM alert_words ORDER BY at`,
  row: z
    .object({
      word: z.enum(['ack', 'mute', 'unmute']),
      subject: z.string(),
      behind_since: z.string().nullable(),
      first_day: z.string(),
      last_day: z.string(),
      decided_by: z.string(),
      reason: z.string(),
    })
    .transform(({ behind_since, first_day, last_day, decided_by, ...row }) => ({
      ...row,
      spell: behind_since,
      from: first_day,
      until: last_day,
      by: decided_by,
    })),
};

/** alertWords lists what operators said of alerts, in the order in which they said it. */
export async function alertWords(db: Database): Promise<QuietWord[]> {
  return await db.rows(WORDS);
}

/** recordWord appends an operator's word. */
export async function recordWord(db: Database, { from, until, by, ...word }: QuietWord): Promise<void> {
  await db.insert('alert_words', [{ ...word, begins: from, ends: until, decided_by: by }]);
}
