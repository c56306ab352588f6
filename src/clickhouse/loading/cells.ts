import { BUSINESS_ZONE } from '../../domain/calendar';
import { PROVINCES } from '../../domain/provinces';
import { quote } from './quote';

/**
 * How the text of one cell becomes a value, as SQL. Nearly all cells of a real export are plain, so each function takes
 * the plain form of every cell by the cheapest way that is still exact, and the others, which the engine computes only
 * for the cells that need it, by patterns. The engine computes what stands first in
 * a condition for the whole block and once; what comes later in AND, OR and IF only for the rows that get there, and
 * again wherever it is used, which for the plain form took twice as long. So the plain form is asked first.
 */

/** Trimmed from both ends of a cell: what exports and spreadsheets put around a value to keep it text. */
const PADDING = '\t \'`"=\r\n';

/** What a cell says instead of nothing. Two are of one column each, and no text that anybody wants. */
const WORDS_FOR_NOTHING = [
  ...['-', '--', '—', '——', '－', '/', '／', '无', 'null', 'NULL', '\u3000', '\u00a0', '\u200b', '\ufeff'],
  ...['0001-01-01 00:00:00', '0001-01-01', '0001/1/1 00:00:00', '0001/1/1 0:00', '0001/1/1', '0000-00-00 00:00:00'],
  ...['数据将于第二天更新', '无退款申请'],
];

export const ZERO = 'toDecimal64(0, 2)';
export const NEVER = `CAST(NULL, 'Nullable(DateTime(\\'${BUSINESS_ZONE}\\'))')`;

/** trimmed takes the padding off a cell. */
export const trimmed = (raw: string): string => `trim(BOTH ${quote(PADDING)} FROM ${raw})`;

/** orBlank makes a word for nothing blank. */
export const orBlank = (text: string): string =>
  `if(${text} IN (${WORDS_FOR_NOTHING.map(quote).join(', ')}), '', ${text})`;

/** fromGb18030 decodes each distinct cell of a block once, and only cells that are not ASCII: as fast as text in UTF-8. */
export const fromGb18030 = (raw: string): string =>
  `if(isValidASCII(${raw}), ${raw}, CAST(convertCharset(toLowCardinality(${raw}), 'GB18030', 'UTF-8'), 'String'))`;

/**
 * Reading is how a cell's text becomes a value: NULL where it is none. The other forms of all cells of a kind are read by
 * one expression for the whole row: with one for each cell, a short file took the engine longer to analyse than to load.
 */
export interface Reading {
  /** The plain form. */
  readonly plain: (text: string) => string;
  /** Whether a cell has another form; `plain` is what its plain reading is called. */
  readonly isOther: (text: string, plain: string) => string;
  readonly other: (text: string) => string;
}

/** The 13 digits that money has before its point, and zeros after its fen. */
const DIGITS_OF_MONEY = quote('^-?[0-9]{1,13}(?:\\.[0-9]{1,2}0*)?$');

/**
 * AMOUNT is of at most two decimals that are not zero. The engine's parser would cut a third decimal and accept
 * e-notation without a word, so the form is looked at first.
 */
export const AMOUNT: Reading = {
  plain: (text) => `toDecimal64OrNull(${text}, 2)`,
  isOther: (text, plain) => `(isNull(${plain}) OR NOT match(${text}, ${DIGITS_OF_MONEY})) AND ${text} != ''`,
  other: (text) => {
    const grouped = quote('^-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?$');
    // A comma that groups no thousands (1,23) is a decimal comma or a slip: not to be guessed.
    const ungrouped = `if(match(b, ${grouped}), replaceAll(b, ',', ''), b)`;
    return letBe(
      'b',
      `replaceRegexpAll(normalizeUTF8NFKC(${text}), '[¥元\\\\s\\\\p{Cf}]', '')`,
      letBe('u', ungrouped, `if(match(u, ${DIGITS_OF_MONEY}), toDecimal64OrNull(u, 2), NULL)`),
    );
  },
};

/** COUNT is a whole number, also where a spreadsheet wrote it as 2.0 or 1,600. */
export const COUNT: Reading = {
  plain: (text) => `toUInt32OrNull(${text})`,
  isOther: (text, plain) => `isNull(${plain}) AND ${text} != ''`,
  other: (text) => {
    const ungrouped = `if(match(b, '^[0-9]{1,3}(,[0-9]{3})+$'), replaceAll(b, ',', ''), b)`;
    const bare = `replaceRegexpAll(normalizeUTF8NFKC(${text}), '[\\\\s\\\\p{Cf}]|\\\\.0+$', '')`;
    return `toUInt32OrNull(${letBe('b', bare, ungrouped)})`;
  },
};

/** MOMENT is a wall clock in the forms that exports and re-saved exports have; a day that does not exist is none. */
export const MOMENT: Reading = {
  plain: (text) => parsed(text, '%Y-%m-%d %H:%i:%s', BUSINESS_ZONE),
  isOther: (text, plain) => `(isNull(${plain}) OR NOT startsWith(${text}, '20')) AND ${text} != ''`,
  other: (text) => letBe('n', `normalizeUTF8NFKC(${text})`, momentOfNarrow('n')),
};

const parsed = (text: string, form: string, zone: string): string =>
  `parseDateTimeOrNull(${text}, ${quote(form)}, ${quote(zone)})`;

function momentOfNarrow(narrow: string): string {
  const replaced = (text: string, pattern: string, by: string): string =>
    `replaceRegexpAll(${text}, ${quote(pattern)}, ${quote(by)})`;
  // 2026/6/7 13:44 and 2026年6月7日13时44分5秒 become 2026-6-7 13:44[:5].
  const dashed = replaced(replaced(narrow, '[/年月]', '-'), '[日T]', ' ');
  const timed = replaced(replaced(dashed, '[时分]', ':'), '[:秒]+$|\\.[0-9]+$|\\p{Cf}', '');
  const forms = ['%Y-%c-%e %k:%i:%s', '%Y-%c-%e %k:%i', '%Y-%c-%e'];
  const wallClock = letBe(
    'w',
    `trim(${replaced(timed, '\\s+', ' ')})`,
    `coalesce(${forms.map((form) => parsed('w', form, BUSINESS_ZONE)).join(', ')})`,
  );
  // 2026-06-07T12:15:09Z and …T20:15:09.000+08:00 name an instant, which is told as the wall clock of the zone.
  const utc = parsed(`replaceOne(substring(${narrow}, 1, 19), 'T', ' ')`, '%Y-%m-%d %H:%i:%s', 'UTC');
  const away = `(toInt32OrZero(substring(o, 2, 2)) * 3600 + toInt32OrZero(right(o, 2)) * 60)`;
  const instant = letBe(
    'o',
    `extract(${narrow}, '(?:Z|[+-][0-9]{2}:?[0-9]{2})$')`,
    `toTimeZone(${utc} - if(startsWith(o, '-'), -${away}, ${away}), ${quote(BUSINESS_ZONE)})`,
  );
  const timeWithOffset = quote('[0-9]:[0-9]{2}(?:\\.[0-9]+)? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})$');
  // The engine's DateTime ends in 2106 and wraps around before it says so.
  return `multiIf(NOT startsWith(${narrow}, '20'), NULL, match(${narrow}, ${timeWithOffset}), ${instant}, ${wallClock})`;
}

/**
 * letBe names a value within an expression. Written out wherever it is used instead, long expressions took the engine
 * longer to analyse than a short file to load.
 */
const letBe = (name: string, value: string, expression: string): string =>
  `arrayElement(arrayMap(${name} -> ${expression}, [${value}]), 1)`;

/** dayOf is midnight of the yymmdd that a text begins with, else NULL. */
export function dayOf(raw: string): string {
  return `parseDateTimeOrNull(concat('20', substring(${raw}, 1, 6)), '%Y%m%d', ${quote(BUSINESS_ZONE)})`;
}

/** provinceNamed is the short name of a province, or blank: a masked or unknown destination is never kept as written. */
export function provinceNamed(raw: string): string {
  const from = PROVINCES.flatMap(([short, official]) => [short, official]);
  const to = PROVINCES.flatMap(([short]) => [short, short]);
  return `transform(${raw}, [${from.map(quote).join(', ')}], [${to.map(quote).join(', ')}], '')`;
}

/** provinceOfAddress is the short name that an address begins with; 上海路 or 吉林街 is a street. */
export function provinceOfAddress(raw: string): string {
  const names = PROVINCES.map(([short]) => short).join('|');
  return `extract(${raw}, ${quote(`^(${names})(?:[^路街道巷]|$)`)})`;
}

/** withoutInvisibles folds a number that a spreadsheet or a web page has put other characters into; plain text stays. */
export const withoutInvisibles = (raw: string): string =>
  `if(length(${raw}) = lengthUTF8(${raw}), ${raw}, replaceRegexpAll(normalizeUTF8NFKC(${raw}), '[\\\\s\\\\p{Cf}]', ''))`;

/** Punctuation varies from one export to the next (，/,/｜｜｜), and means nothing in a status. */
const INSIGNIFICANT = '[\\p{P}\\p{S}\\p{Cf}\\s]';

/** foldText takes a known status or word down to its characters, as foldedCell does with a cell. */
export const foldText = (text: string): string =>
  text.normalize('NFKC').replaceAll(new RegExp(INSIGNIFICANT, 'gu'), '');

/** fullWidth is a mark of ASCII as Chinese text writes it. */
export const fullWidth = (mark: string): string =>
  mark.replaceAll(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

/** foldedCell folds each distinct text of a block once. */
export const foldedCell = (text: string): string =>
  `replaceRegexpAll(normalizeUTF8NFKC(toLowCardinality(${text})), ${quote(INSIGNIFICANT)}, '')`;
