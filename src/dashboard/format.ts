import { wallClockAt } from '../domain/calendar';
import { divideFen, type Fen, groupYuan, parseYuan } from '../domain/money';
import { amountZh, dayZh, exactZh } from '../mail/zh';
import { type Language } from './settings';

/** Money comes as text in yuan and is exact to the fen; only a chart's coordinates are numbers. */

const FEN_PER_MILLION = 100_000_000n;
const FEN_PER_BILLION = 1000n * FEN_PER_MILLION;

/** amountEn writes an amount in billions or millions of yuan with two decimals (rounded), below a million exactly. */
function amountEn(fen: Fen): string {
  const [sign, size] = fen < 0n ? ['−', -fen] : ['', fen];
  const hundredths = divideFen(size, FEN_PER_MILLION / 100n);
  if (hundredths >= 100_000n) return `${sign}¥${groupYuan(divideFen(size, FEN_PER_BILLION / 100n))} bn`;
  return size >= FEN_PER_MILLION ? `${sign}¥${groupYuan(hundredths)} m` : exactEn(fen);
}

const exactEn = (fen: Fen): string => (fen < 0n ? `−¥${groupYuan(-fen)}` : `¥${groupYuan(fen)}`);

/** shortAmount writes an amount as people say it: 亿元 and 万元, or billions and millions. */
export function shortAmount(yuan: string, language: Language): string {
  const fen = parseYuan(yuan);
  return language === 'zh' ? amountZh(fen) : amountEn(fen);
}

/** exactAmount writes an amount to the fen, with its unit. */
export function exactAmount(yuan: string, language: Language): string {
  const fen = parseYuan(yuan);
  return language === 'zh' ? exactZh(fen) : exactEn(fen);
}

/** grouped writes an amount to the fen for a table, whose caption names the unit. */
export const grouped = (yuan: string): string => groupYuan(parseYuan(yuan)).replace('-', '−');

/** magnitude is an amount without its sign, as text in yuan. */
export const magnitude = (yuan: string): string => yuan.replace(/^-/, '');

/** axisAmount writes a round number of yuan at an axis. */
export function axisAmount(yuan: number, language: Language): string {
  const size = Math.abs(yuan);
  const steps =
    language === 'zh'
      ? ([
          [1e8, '亿'],
          [1e4, '万'],
        ] as const)
      : ([
          [1e9, 'bn'],
          [1e6, 'm'],
          [1e3, 'k'],
        ] as const);
  const [unit, name] = steps.find(([least]) => size >= least) ?? [1, ''];
  return `${Number((yuan / unit).toFixed(2))}${name}`;
}

/** countText writes a whole number with thousands separators. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** dayText writes a day for people. */
export function dayText(day: string, language: Language, withinYear?: number): string {
  if (language === 'zh') return dayZh(day, withinYear);
  const words = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    ...(Number(day.slice(0, 4)) === withinYear ? {} : { year: 'numeric' }),
  });
  return words.format(new Date(`${day}T00:00:00Z`));
}

/** clockText writes a moment as the wall clock of Shanghai, to the minute. */
export const clockText = (instant: string): string => wallClockAt(Date.parse(instant)).slice(0, 16);

/** sizeText writes a number of bytes. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
