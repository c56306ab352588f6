import { wallClockAt } from '../domain/calendar';
import { terminal } from '../errors';
import { type Context } from '../operations/context';
import { tableFile } from '../operations/table-file';
import { FORMATS, type Table } from '../tables/table';
import { writeOutput } from './io';

const ENDINGS = FORMATS.map((format) => `.${format}`).join(', ');

/** writeTable writes a table to a file, in the format of its ending. @throws PipelineError `usage`, `output-unwritable` */
export async function writeTable(context: Context, table: Table, path: string): Promise<void> {
  const format = FORMATS.find((ending) => path.toLowerCase().endsWith(`.${ending}`));
  if (format === undefined) throw terminal('usage', `${path} is no format of a table`, `End it in one of ${ENDINGS}.`);
  const facts = { ...table.facts, madeAt: wallClockAt(context.now().getTime()) };
  await writeOutput(path, await tableFile(context, { ...table, facts }, format, 'zh'));
}
