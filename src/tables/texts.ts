import { type Format, type Language, type Table } from './table';
import { textsEn } from './texts-en';
import { textsZh } from './texts-zh';

/** TEXTS has every word that stands in a table, by language. */
export const TEXTS = { zh: textsZh, en: textsEn } as const;

const LONGEST_NAME = 120;

/** fileName says what a file holds: `totals-platform-2026-01-01-2026-12-31.csv`. */
export function fileName({ name, about }: Pick<Table, 'name' | 'about'>, format: Format, language: Language): string {
  const { tables, columns } = TEXTS[language];
  const titles: Readonly<Record<string, readonly [string, string?] | undefined>> = columns;
  const words = [tables[name], ...about.map((word) => titles[word]?.[0] ?? word)];
  const safe = words.join('-').replace(/[\s\p{Cc}\p{Cs}\\/:*?"<>|%]+/gu, '-');
  return `${Array.from(safe).slice(0, LONGEST_NAME).join('')}.${format}`;
}
