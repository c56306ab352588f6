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
  switch (COLUMNS[column]) {
    case 'platform':
      return language === 'zh' && cell !== 'unknown' ? displayName(cell) : (words[cell] ?? cell);
    case 'word':
      return words[`${column}.${cell}`] ?? words[cell] ?? cell;
    case 'value':
      return cell === 'unknown' ? (words[cell] ?? cell) : cell;
    default:
      return cell;
  }
}
