import { parse } from 'csv-parse';
import { terminal } from '../errors';
import { exportsOnlyIds } from '../platforms/registry';
import { type OrderTable } from './open-table';

const PLATFORM_ID = /^[a-z0-9][a-z0-9-]{1,31}$/;

/**
 * templatePlatform is the one platform that a file of Paceline's own template delivers for, from its first row.
 * @throws PipelineError `platform-mismatch` when it is no platform id, or that of a platform of which an order
 * delivered both ways would count twice
 */
export async function templatePlatform(table: OrderTable, path: string): Promise<string> {
  const cell = table.layout.platform;
  const position = cell && table.takenApart.columns.get(table.takenApart.normalise(cell.names[0] ?? ''));
  const platform = position === null || position === undefined ? '' : await firstValue(table, position);
  if (!PLATFORM_ID.test(platform)) {
    throw terminal(
      'platform-mismatch',
      `${path} does not name its platform in the first row of column "${cell?.names[0] ?? ''}"`,
      'Write one platform id (lower-case letters, digits, hyphens, such as douyin) on every row; one platform a file.',
      { path },
    );
  }
  if (exportsOnlyIds.includes(platform)) {
    throw terminal(
      'platform-mismatch',
      `${path} delivers ${platform} by template, but Paceline reads that platform's own exports`,
      'Hand in the platform’s own order exports; an order delivered both ways would count twice.',
      { path, platform },
    );
  }
  return platform;
}

/** The columns that a taken-apart row has before its cells: record, line, problem. */
const LEADING_COLUMNS = 3;

async function firstValue(table: OrderTable, position: number): Promise<string> {
  const body = table.takenApart.open();
  const rows = body.pipe(parse({ relax_column_count: true, to: 100 }));
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      const value = row[LEADING_COLUMNS + position]?.trim() ?? '';
      if (value !== '') return value;
    }
    return '';
  } finally {
    body.destroy();
    rows.destroy();
  }
}
