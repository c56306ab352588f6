/**
 * plainNumber is a number of a cell as its text says it. One that was stored in e-notation for its size is written out
 * when that loses nothing; else it stays, to be refused.
 */
export function plainNumber(value: string): string {
  if (!/e/i.test(value)) return /\.\d{10,}$/.test(value) ? String(Math.round(Number(value) * 1e6) / 1e6) : value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value;
}

/** numberText is a number that was stored as one; where that has lost digits it is in e-notation, to be refused. */
export function numberText(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : plainNumber(String(value));
}

const DAY_SECONDS = 86_400;
/** Days from the spreadsheet's day 0 to 1970-01-01. 1900 counts a 29 February that never was; exports are past it. */
const EPOCH_DAYS = { '1900': 25_569, '1904': 24_107 } as const;
/** The last day that a spreadsheet can show, 9999-12-31. */
const LAST_SERIAL = 2_958_466;

/** serialToWallClock is a spreadsheet's serial day (a wall clock without zone) as `YYYY-MM-DD HH:MM:SS`. */
export function serialToWallClock(value: string, date1904: boolean): string {
  const serial = Number(value);
  if (!(serial >= 0 && serial < LAST_SERIAL)) return value;
  const seconds = Math.round((serial - EPOCH_DAYS[date1904 ? '1904' : '1900']) * DAY_SECONDS);
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
