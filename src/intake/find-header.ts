import { type PipelineError, terminal } from '../errors';
import { type NearestLayout, type Recognition, recogniseHeader } from '../platforms/recognise';

/** Recognised is a header that is a layout's. */
export type Recognised = Extract<Recognition, { kind: 'layout' }>;

/** FoundHeader is a header among some records, or why there is none. */
export type FoundHeader =
  | { readonly index: number; readonly recognition: Recognised; readonly refusal: null }
  | { readonly index: -1; readonly recognition: null; readonly refusal: PipelineError };

/** findHeader looks for the header: the first record that is a layout's, else the reason why there is none. */
export function findHeader(path: string, records: readonly (readonly string[])[]): FoundHeader {
  const others: Recognition[] = [];
  for (const [index, cells] of records.entries()) {
    const recognition = recogniseHeader(cells);
    if (recognition.kind === 'layout') return { index, recognition, refusal: null };
    others.push(recognition);
    if (recognition.kind !== 'unknown') break;
  }
  const last = others.at(-1);
  const told = last?.kind === 'unknown' ? nearestOf(others) : last;
  return { index: -1, recognition: null, refusal: unrecognised(path, told) };
}

function nearestOf(found: readonly Recognition[]): Recognition | undefined {
  const misses = (recognition: Recognition): number =>
    recognition.kind === 'unknown' ? recognition.nearest.missing.length : Number.MAX_VALUE;
  return [...found].sort((a, b) => misses(a) - misses(b))[0];
}

const LISTED_COLUMNS = 12;
const listed = (names: readonly string[]): string =>
  names.slice(0, LISTED_COLUMNS).join(', ') +
  (names.length > LISTED_COLUMNS ? ` and ${names.length - LISTED_COLUMNS} more` : '');

function unrecognised(path: string, recognition: Recognition | undefined): PipelineError {
  if (recognition?.kind === 'foreign') {
    const article = /^[AEIOU]/i.test(recognition.report.title) ? 'an' : 'a';
    return terminal(
      'layout-not-orders',
      `${path} is ${article} ${recognition.report.title}, not an order export; loading it would count sales twice`,
      'Export the order list of the same shop instead.',
      { path, report: recognition.report.id },
    );
  }
  if (recognition?.kind === 'ambiguous') {
    return terminal(
      'layout-ambiguous',
      `${path} has the column "${recognition.column}" more than once, so ${recognition.layout.title} cannot be read from it`,
      'Export it again with each column once.',
      { path, layout: recognition.layout.id, column: recognition.column },
    );
  }
  const nearest = recognition?.kind === 'unknown' ? recognition.nearest : null;
  if (!nearest) return terminal('file-empty', `${path} has no rows`, 'Export it again from the platform.', { path });
  return terminal(
    'layout-unknown',
    `${path} has no known header; nearest is ${nearest.layout.title} (${nearest.layout.id}): ` +
      `missing ${listed(nearest.missing) || 'nothing'}; not known there: ${unknownColumns(nearest)}`,
    'Export again with the missing columns, or describe the new layout in src/platforms (docs/howto/add-a-platform.md); any platform can deliver by "npx paceline template".',
    { path, nearest: nearest.layout.id, missing: [...nearest.missing] },
  );
}

/** A row that shares few columns with any layout may be no header at all but somebody's data: it is not repeated. */
function unknownColumns({ layout, shared, unknown }: NearestLayout): string {
  return 2 * shared >= layout.requires.length
    ? listed(unknown) || 'nothing'
    : `all ${unknown.length} columns of the file`;
}
