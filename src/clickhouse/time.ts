import { wallClockAt } from '../domain/calendar';

/** engineTime writes an instant for a DateTime64(3, 'UTC') column. */
export const engineTime = (instant: Date): string => instant.toISOString().replace('T', ' ').replace('Z', '');

/** wallClockOf is a moment as engineTime writes it, as Asia/Shanghai wall clock. */
export const wallClockOf = (at: string): string => wallClockAt(Date.parse(`${at.replace(' ', 'T')}Z`));

/** FOR_EVER is later than anything that is written down: what is known by then is what is known now. */
export const FOR_EVER = '2299-12-31 00:00:00.000';
