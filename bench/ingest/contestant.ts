import { type BulkExport } from '../../src/demo/bulk';
import { type ProcessUse } from '../process-meter';

/** Workload is one export to load, with what a right load of it must give. */
export interface Workload {
  readonly file: string;
  readonly truth: BulkExport;
}

/** Measured is one load by one contestant, in an engine and a folder of its own, checked against the truth. */
export interface Measured {
  /** Wall time of what the contestant promises to do. */
  readonly seconds: number;
  /** What stands apart from `seconds`, or is a part of it worth knowing, by name. */
  readonly apart: Readonly<Record<string, number>>;
  /** Null where the system does not tell. */
  readonly node: ProcessUse | null;
  readonly engine: ProcessUse | null;
}

/** Contestant is a way to load an export: a further way (another tool, another encoding) is a further value of this. */
export interface Contestant {
  readonly id: string;
  /** What it does and what its time covers, for the reader of the figures. */
  readonly means: string;
  /** Loads the workload into an empty `folder` and checks what it loaded. @throws Error when a figure differs */
  run(workload: Workload, folder: string): Promise<Measured>;
}

/** requireTruth throws unless the rows and the gross sum, in fen, are the generator's own. */
export function requireTruth(contestant: string, workload: Workload, loaded: { rows: number; gross: bigint }): void {
  const { rows, figures } = workload.truth;
  if (loaded.rows === rows && loaded.gross === figures.gross) return;
  throw new Error(
    `${contestant} loaded ${loaded.rows} rows with ${loaded.gross} fen; the export has ${rows} with ${figures.gross}: no time counts`,
  );
}

/** secondsSince is the time since a moment of process.hrtime.bigint(). */
export const secondsSince = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;
