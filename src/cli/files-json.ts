import { type FileReport } from '../domain/order-file';
import { formatYuan, groupYuan } from '../domain/money';
import { table } from './io';

/** FileLine is what is shown of a file, with the statuses that it can have where it is shown. */
export type FileLine<Status extends string = string> = Omit<FileReport, 'status'> & { readonly status: Status };

/** fileJson is the JSON form of what became of a file. */
export function fileJson(file: FileLine): Record<string, unknown> {
  const { figures, error, ...rest } = file;
  return {
    ...rest,
    paidOrders: figures.paidOrders,
    gross: formatYuan(figures.gross),
    booked: formatYuan(figures.booked),
    refunded: formatYuan(figures.refunded),
    net: formatYuan(figures.net),
    ...(error === null ? {} : { error }),
  };
}

/** filesTable lists files with their account of rows and figures; the reasons of refused ones stand below. */
export function filesTable(files: readonly FileLine[]): string {
  if (files.length === 0) return 'no files';
  const header = [
    'status',
    'platform',
    'shop',
    'read',
    'loaded',
    'rejected',
    'ignored',
    'paid orders',
    'gross yuan',
    'net yuan',
    'file',
  ];
  const rows = files.map(({ status, platform, shop, rows: count, figures, fileId, path }) => [
    status,
    platform ?? '-',
    shop ?? '-',
    ...[count.read, count.loaded, count.rejected, count.ignored, figures.paidOrders].map(String),
    groupYuan(figures.gross),
    groupYuan(figures.net),
    `${fileId.slice(0, 12)} ${path}`,
  ]);
  const reasons = files.flatMap(({ error, status }) =>
    error === null ? [] : [`${status}: ${error.message} [${error.code}]`, `  what to do: ${error.advice}`],
  );
  return [table(header, rows, header.slice(3, 10)), ...reasons].join('\n');
}
