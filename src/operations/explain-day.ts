import { findFile, type LedgerEntry } from '../clickhouse/ledger';
import {
  type CountedLine,
  explainFigure,
  type Figure,
  type FileShare,
  linesOfFigure,
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

/** ExplainedDay is a day's figure with what it is made of. */
export interface ExplainedDay {
  readonly totals: Totals;
  readonly files: readonly NamedShare[];
  /** Null unless asked for. */
  readonly lines: readonly TracedLine[] | null;
  /** Whether the files add up to the figure. */
  readonly addsUp: boolean;
}

/** explainDay lists the files, and on demand the lines, that make up a day's figure. */
export async function explainDay(
  context: Context,
  figure: Figure,
  withLines: boolean,
  onFile: (path: string) => void = () => undefined,
): Promise<ExplainedDay> {
  const { db } = context;
  const { totals, files } = await explainFigure(db, figure);
  const shares: NamedShare[] = [];
  for (const share of files) {
    const entry = await findFile(db, share.fileId);
    if (!entry) throw new Error(`the ledger does not know the file ${share.fileId}`);
    shares.push({ ...share, entry });
  }
  const lines = withLines ? await tracedLines(context, shares, await linesOfFigure(db, figure), onFile) : null;
  return { totals, files: shares, lines, addsUp: isSumOf(totals, files) };
}

async function tracedLines(
  context: Context,
  shares: readonly NamedShare[],
  lines: readonly CountedLine[],
  onFile: (path: string) => void,
): Promise<TracedLine[]> {
  const traced: TracedLine[] = [];
  for (const { entry } of shares) {
    onFile(entry.path);
    const own = lines.filter(({ fileId }) => fileId === entry.fileId);
    const found = await traceLines(context, entry, [...new Set(own.map(({ record }) => record))]);
    for (const line of own) {
      const at = found === 'gone' ? null : found === 'as-loaded' ? line.line : (found.get(line.record) ?? null);
      traced.push({ ...line, line: at });
    }
  }
  return traced;
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
