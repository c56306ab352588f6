import { type ForeignReport, type Layout, type NeededColumn } from '../domain/layout';
import { FOREIGN_REPORTS } from './foreign-reports';
import { LAYOUTS } from './registry';
import { cellsOf } from './layout-cells';

/** What a header row turned out to be. `columns` gives each used column's position by its normalised name. */
export type Recognition =
  | { readonly kind: 'layout'; readonly layout: Layout; readonly columns: ReadonlyMap<string, number> }
  | { readonly kind: 'foreign'; readonly report: ForeignReport }
  | { readonly kind: 'ambiguous'; readonly layout: Layout; readonly column: string }
  | { readonly kind: 'unknown'; readonly nearest: NearestLayout };

/** The known layout that shares most columns with an unknown header, and how they differ. */
export interface NearestLayout {
  readonly layout: Layout;
  /** How many of the file's columns the layout knows. */
  readonly shared: number;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * normaliseHeader folds what exports vary in a column's name: full- and half-width forms, what is put around it to keep
 * it text, invisible characters, a leading byte order mark, 帐 for 账, and the note that a column is going away.
 */
export function normaliseHeader(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\ufeff\u00ad]/g, '')
    .replaceAll('帐', '账')
    .replace(/^[\s'"`=]+|[\s'"`]+$/g, '')
    .replace(/\(待下线\)$/, '');
}

/** columnNames are those of a needed column: any one of them will do. */
export const columnNames = (needed: NeededColumn): readonly string[] =>
  typeof needed === 'string' ? [needed] : needed;

/** recogniseHeader tells by column names alone what a header row belongs to. */
export function recogniseHeader(header: readonly string[]): Recognition {
  const names = header.map(normaliseHeader);
  const has = (name: string): boolean => names.includes(normaliseHeader(name));
  const hasOne = (needed: NeededColumn): boolean => columnNames(needed).some(has);
  const report = FOREIGN_REPORTS.find(({ requires, lacks = [] }) => requires.every(has) && !lacks.some(has));
  if (report) return { kind: 'foreign', report };
  // The layout that asks for most columns is the most specific one that fits; of equals, the one registered first.
  const layout = LAYOUTS.filter((candidate) => candidate.requires.every(hasOne)).sort(
    (a, b) => b.requires.length - a.requires.length,
  )[0];
  if (!layout) return { kind: 'unknown', nearest: nearestLayout(names) };
  const used = [...new Set(cellsOf(layout).flatMap((cell) => cell.names.map(normaliseHeader)))].filter(has);
  const repeated = used.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (repeated !== undefined) return { kind: 'ambiguous', layout, column: repeated };
  return { kind: 'layout', layout, columns: new Map(used.map((name) => [name, names.indexOf(name)])) };
}

/** With nothing in common, Paceline's own template is named, which any platform can deliver. */
function nearestLayout(names: readonly string[]): NearestLayout {
  const [best] = LAYOUTS.map((layout) => {
    const used = cellsOf(layout).flatMap((cell) => cell.names);
    const known = new Set([...layout.requires.flatMap(columnNames), ...used].map(normaliseHeader));
    return {
      layout,
      shared: names.filter((name) => known.has(name)).length,
      missing: layout.requires
        .filter((needed) => !columnNames(needed).some((name) => names.includes(normaliseHeader(name))))
        .map((needed) => columnNames(needed).join(' or ')),
      unknown: names.filter((name) => name !== '' && !known.has(name)),
    };
  }).sort(
    (a, b) =>
      b.shared - a.shared ||
      Number(b.layout.platform !== null) - Number(a.layout.platform !== null) ||
      a.missing.length - b.missing.length,
  );
  if (!best) throw new Error('no layout is registered');
  return best;
}
