import { z } from 'zod';
import { type Decision } from '../domain/order-file';
import { RECIPIENT_KINDS, type RecipientRule } from '../domain/recipients';
import { type Database, type NamedQuery } from './client';

const RECIPIENTS: NamedQuery<RecipientRule> = {
  name: 'recipients of alerts',
  sql: `SELECT recipient, kind, scope FROM recipients GROUP BY recipient, kind, scope HAVING argMax(told, at)
    ORDER BY recipient, kind, scope`,
  row: z.object({ recipient: z.string(), kind: z.enum(RECIPIENT_KINDS), scope: z.string() }),
};

/** listRecipients is who hears of what, by the last word on each. */
export async function listRecipients(db: Database): Promise<RecipientRule[]> {
  return await db.rows(RECIPIENTS);
}

/** recordRecipient writes down that somebody is told of something from now on, or is not any more. */
export async function recordRecipient(
  db: Database,
  rule: RecipientRule,
  told: boolean,
  { by, reason }: Decision,
): Promise<void> {
  await db.insert('recipients', [{ ...rule, told, decided_by: by, reason }]);
}
