import { parseDay } from '../../domain/calendar';
import { terminal } from '../../errors';
import { type Io } from '../io';
import { night, type ServedSetting } from './night';

export interface BackfillOptions {
  readonly from: string;
  readonly to: string;
}

/**
 * backfill loads again the originals that were put into the archive on some days, behind the files of any night: after a
 * store was lost. What is committed is skipped, and what an operator refused or withdrew stays so.
 */
export async function backfill(
  io: Io,
  setting: ServedSetting & { readonly inbox: string },
  options: BackfillOptions,
): Promise<boolean> {
  const archived = { from: parseDay(options.from), to: parseDay(options.to) };
  if (archived.to < archived.from) {
    throw terminal('usage', `${archived.to} is before ${archived.from}`, 'Give the earlier day as --from.');
  }
  return await night(io, setting, { inbox: setting.inbox, archived });
}
