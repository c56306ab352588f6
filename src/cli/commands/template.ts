import { TEMPLATE_COLUMNS } from '../../platforms/template';
import { type Io, writeOutput } from '../io';

/** template writes Paceline's own form as csv (with a byte order mark, so that spreadsheets read it right). */
export async function template(io: Io, options: { readonly out?: string }): Promise<boolean> {
  const header = TEMPLATE_COLUMNS.map((column) => column.name).join(',');
  const example = TEMPLATE_COLUMNS.map((column) => column.example).join(',');
  const csv = `${header}\r\n${example}\r\n`;
  if (options.out === undefined) {
    io.answer({ columns: TEMPLATE_COLUMNS, csv }, () => csv.trimEnd().replaceAll('\r\n', '\n'));
    return true;
  }
  await writeOutput(options.out, `\ufeff${csv}`);
  io.answer({ written: options.out, columns: TEMPLATE_COLUMNS }, () =>
    [
      `written: ${options.out ?? ''}; replace the example row, keep the header, name the file like paceline_douyin_20260101020000.csv`,
      ...TEMPLATE_COLUMNS.map(({ name, required, meaning }) => `  ${name}${required ? '（必填）' : ''}：${meaning}`),
    ].join('\n'),
  );
  return true;
}
