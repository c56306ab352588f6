import { formatYuan } from '../domain/money';
import { displayName } from '../platforms/registry';
import { type Cell, COLUMNS, type ColumnId } from './columns';
import { type Language } from './table';
import { TEXTS } from './texts';

/** plainText writes a cell for people, in a language; blank for nothing. */
export function plainText(column: ColumnId, cell: Cell, language: Language): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'bigint') return formatYuan(cell);
  if (typeof cell === 'number') return String(cell);
  const { words } = TEXTS[language];
  const kind = COLUMNS[column];
  if (kind === 'word') return words[`${column}.${cell}`] ?? words[cell] ?? cell;
  if (cell === 'unknown' && (kind === 'value' || kind === 'platform')) return words[cell] ?? cell;
  return kind === 'platform' && language === 'zh' ? displayName(cell) : cell;
}
