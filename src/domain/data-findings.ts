import { addDays, type BusinessDay, daysBetween, eachDay, yearOf } from './calendar';
import { dayState, type ExpectedShop, nextDue } from './completeness';
import { type PaceReport } from './pace';
import { subjectOf } from './quiet';
import { type UnusualWeek } from './shop-week';
import { median } from './usual';

/** Something that is wrong with the data. `subject` names it for as long as it is so, and is what a mute may name. */
export type DataFinding = { readonly subject: string } & (
  | { readonly kind: 'unjudged'; readonly because: string }
  | ({
      readonly kind: 'missing';
      /** Last day that its exports reach; null when none ever came. */
      readonly last: BusinessDay | null;
      /** How many days are missing that are due, and the first of them. */
      readonly days: number;
      readonly first: BusinessDay;
    } & OfShop)
  | ({ readonly kind: 'held'; readonly code: string } & OfFile)
  | ({
      readonly kind: 'rejects';
      readonly rejected: number;
      readonly rows: number;
      /** Median share of rejected rows before. */
      readonly usualShare: number;
    } & OfFile)
  | ({ readonly kind: 'volume' } & UnusualWeek & OfShop)
  | { readonly kind: 'totals'; readonly differences: number; readonly days: readonly BusinessDay[] }
);

interface OfShop {
  readonly platform: string;
  readonly shop: string;
}

/** The file that a finding is about; `name` is its base name. */
export interface OfFile extends OfShop {
  readonly fileId: string;
  readonly name: string;
}

/** The rows of one committed file of a shop. */
export interface RowsOfFile extends OfFile {
  readonly snapshotDay: BusinessDay;
  /** Rows that are orders: loaded and rejected. */
  readonly rows: number;
  readonly rejected: number;
}

/** What the data were seen to be on one day. */
export interface DataSeen {
  readonly report: PaceReport;
  readonly shops: readonly ExpectedShop[];
  readonly held: readonly (OfFile & { readonly code: string })[];
  /** Committed files of each shop and layout, oldest first. */
  readonly histories: readonly (readonly RowsOfFile[])[];
  readonly unusualWeeks: readonly (UnusualWeek & OfShop)[];
  /** Days on which totals differ from the orders, one entry a difference. */
  readonly differences: readonly BusinessDay[];
}

/** DataSettings say from when on something is wrong. */
export interface DataSettings {
  /** Days by which an export may be late before somebody is told. */
  readonly graceDays: number;
}

/** DEFAULT_DATA_SETTINGS let an export come a day late: some platforms offer yesterday's orders only in the morning. */
export const DEFAULT_DATA_SETTINGS: DataSettings = Object.freeze({ graceDays: 1 });

/** findingsOf lists what is wrong with the data on a day, sorted by subject. */
export function findingsOf(seen: DataSeen, day: BusinessDay, settings: DataSettings): DataFinding[] {
  return [
    ...unjudged(seen.report),
    ...seen.shops.flatMap((shop) => missingExports(shop, day, settings)),
    ...seen.held.map((file): DataFinding => ({
      kind: 'held',
      subject: subjectOf('data', 'held', file.fileId.slice(0, 12)),
      ...file,
    })),
    ...seen.histories.flatMap((files) => rejectsSurge(files, day)),
    ...seen.unusualWeeks.map((week): DataFinding => ({
      kind: 'volume',
      subject: subjectOf('data', 'volume', week.platform, week.shop),
      ...week,
    })),
    ...totalsFinding(seen.differences),
  ].sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
}

/** findingsOfShops keeps the findings about shops that are among some, or their files. */
export function findingsOfShops(findings: readonly DataFinding[], shops: readonly OfShop[]): DataFinding[] {
  const among = new Set(shops.map(({ platform, shop }) => subjectOf(platform, shop)));
  return findings.filter((finding) => 'shop' in finding && among.has(subjectOf(finding.platform, finding.shop)));
}

function unjudged({ state, goal, requestedAsOf, because }: PaceReport): DataFinding[] {
  // A year that has not begun lacks nothing.
  if (state !== 'no-data' || yearOf(requestedAsOf) < goal.year) return [];
  return [{ kind: 'unjudged', subject: subjectOf('data', 'unjudged', goal.year), because }];
}

/** Days that later exports have passed over are missing at once; those after the last export once it is overdue. */
function missingExports(shop: ExpectedShop, day: BusinessDay, { graceDays }: DataSettings): DataFinding[] {
  const due = nextDue(shop);
  const after = shop.last === null ? shop.from : addDays(shop.last, 1);
  const overdue = due !== null && daysBetween(due, day) >= graceDays ? eachDay(after, addDays(day, -1)) : [];
  const missing = [...[...shop.gaps].sort(), ...overdue].filter((each) => isMissing(shop, each, day));
  const [first] = missing;
  if (first === undefined) return [];
  const { platform, last } = shop;
  const subject = subjectOf('data', 'missing', platform, shop.shop);
  return [{ kind: 'missing', subject, platform, shop: shop.shop, last, days: missing.length, first }];
}

function isMissing(shop: ExpectedShop, day: BusinessDay, asOf: BusinessDay): boolean {
  const state = dayState(shop, day, asOf);
  return state === 'gap' || state === 'late';
}

/** A surge is at least so many rejected rows, this share of the file, and so many times the usual share. */
const SURGE = { rows: 10, share: 0.002, times: 3 } as const;
/** Earlier files from which it is known what is usual. */
const ENOUGH_FILES = 3;
/** A file this old is no news: its shop is late, and that is told. */
const FRESH_DAYS = 7;

/** The newest file of a shop, when many more of its rows cannot be read than is usual (the median share of earlier files). */
function rejectsSurge(files: readonly RowsOfFile[], day: BusinessDay): DataFinding[] {
  const newest = files.at(-1);
  const earlier = files.slice(0, -1).filter(({ rows }) => rows > 0);
  if (!newest || newest.rows === 0 || earlier.length < ENOUGH_FILES) return [];
  if (daysBetween(newest.snapshotDay, day) > FRESH_DAYS) return [];
  const usualShare = median(earlier.map(({ rejected, rows }) => rejected / rows));
  const share = newest.rejected / newest.rows;
  if (newest.rejected < SURGE.rows || share < Math.max(SURGE.share, SURGE.times * usualShare)) return [];
  const { fileId, name, platform, shop, rejected, rows } = newest;
  const subject = subjectOf('data', 'rejects', platform, shop);
  return [{ kind: 'rejects', subject, fileId, name, platform, shop, rejected, rows, usualShare }];
}

function totalsFinding(differences: readonly BusinessDay[]): DataFinding[] {
  if (differences.length === 0) return [];
  const days = [...new Set(differences)].sort();
  return [{ kind: 'totals', subject: subjectOf('data', 'totals'), differences: differences.length, days }];
}
