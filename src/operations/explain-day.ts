import { type Database } from '../clickhouse/client';
import { findFile, type LedgerEntry } from '../clickhouse/ledger';
import {
  type CountedLine,
  explainFigure,
  type Figure,
  type FileShare,
  linesOfFigure,
  type PageOfLines,
} from '../clickhouse/queries/explain';
import { type Totals } from '../domain/measures';
import { type Context } from './context';
import { traceLines } from './trace-lines';

/** A file behind a figure, with what the ledger says of it. */
export interface NamedShare extends FileShare {
  readonly entry: LedgerEntry;
}

/** A line behind a figure; its physical line is null when the file is gone and the record number must do. */
export type TracedLine = Omit<CountedLine, 'line'> & { readonly line: number | null };

/** ExplainedDay is a day's figure with the files that it is made of. */
export interface ExplainedDay {
  readonly totals: Totals;
  readonly files: readonly NamedShare[];
  /** Whether the files add up to the figure. */
  readonly addsUp: boolean;
}

/** explainDay lists the files that make up a day's figure. */
export async function explainDay({ db }: Context, figure: Figure): Promise<ExplainedDay> {
  const { totals, files } = await explainFigure(db, figure);
  const shares: NamedShare[] = [];
  for (const share of files) shares.push({ ...share, entry: await known(db, share.fileId) });
  return { totals, files: shares, addsUp: isSumOf(totals, files) };
}

/** tracedLines lists order lines behind a day's figure with their places in the files, by file and record. */
export async function tracedLines(
  context: Context,
  figure: Figure,
  page: PageOfLines,
  onFile: (path: string) => void = () => undefined,
): Promise<TracedLine[]> {
  const lines = await linesOfFigure(context.db, figure, page);
  const traced: TracedLine[] = [];
  for (const fileId of new Set(lines.map((line) => line.fileId))) {
    const entry = await known(context.db, fileId);
    const own = lines.filter((line) => line.fileId === fileId);
    onFile(entry.path);
    const found = await traceLines(context, entry, [...new Set(own.map(({ record }) => record))]);
    for (const line of own) {
      const at = found === 'gone' ? null : found === 'as-loaded' ? line.line : (found.get(line.record) ?? null);
      traced.push({ ...line, line: at });
    }
  }
  return traced;
}

async function known(db: Database, fileId: string): Promise<LedgerEntry> {
  const entry = await findFile(db, fileId);
  if (!entry) throw new Error(`the ledger does not know the file ${fileId}`);
  return entry;
}

function isSumOf(totals: Totals, files: readonly FileShare[]): boolean {
  const sum = (of: (totals: Totals) => bigint): boolean =>
    files.reduce((total, share) => total + of(share.totals), 0n) === of(totals);
  return (
    sum(({ gross }) => gross) &&
    sum(({ shipping }) => shipping) &&
    sum(({ subsidy }) => subsidy) &&
    sum(({ refunded }) => refunded) &&
    sum(({ paidOrders }) => BigInt(paidOrders)) &&
    sum(({ quantity }) => BigInt(quantity))
  );
}
