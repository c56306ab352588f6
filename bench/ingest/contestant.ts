import { type ProcessUse } from '../process-meter';

/** Form is how an export is given: the same content each time, but for `rejects1pct`, where every hundredth amount is bad. */
export type Form = 'utf8' | 'gb18030' | 'gz' | 'rejects1pct';

/** Truth is what a right load of a workload must give. */
export interface Truth {
  /** Rows that can be loaded. */
  readonly rows: number;
  /** Rows that cannot. */
  readonly rejected: number;
  readonly paidOrders: number;
  /** In fen. */
  readonly gross: bigint;
}

/** Workload is one export to load. */
export interface Workload {
  readonly form: Form;
  readonly file: string;
  readonly bytes: number;
  readonly truth: Truth;
}

/** Measured is one load by one contestant, in a store and a folder of its own, checked against the truth. */
export interface Measured {
  /** Wall time of what the contestant promises to do. */
  readonly seconds: number;
  /** What stands apart from `seconds`, or is a part of it worth knowing, by name. */
  readonly apart: Readonly<Record<string, number>>;
  /** Null where the system does not tell, or where the contestant has no such process. */
  readonly node: ProcessUse | null;
  readonly engine: ProcessUse | null;
}

/** Contestant is a way to load an export: a further tool is a further value of this. */
export interface Contestant {
  readonly id: string;
  /** What it does and what its time covers, for the reader of the figures. */
  readonly means: string;
  /** Why it cannot take part on this machine; null when it can. */
  readonly absent?: () => Promise<string | null>;
  /** Loads the workload with an empty `folder` to work in, checks what it loaded, and leaves nothing outside it. */
  run(workload: Workload, folder: string): Promise<Measured>;
}

/** WrongAnswer ends a bench: when a contestant loaded something else than the export holds, no time counts. */
export class WrongAnswer extends Error {}

/** requireTruth throws WrongAnswer unless the rows and the gross sum, in fen, are the generator's own. */
export function requireTruth(contestant: string, { truth }: Workload, loaded: { rows: number; gross: bigint }): void {
  if (loaded.rows === truth.rows && loaded.gross === truth.gross) return;
  throw new WrongAnswer(
    `${contestant} loaded ${loaded.rows} rows with ${loaded.gross} fen; the export has ${truth.rows} with ${truth.gross}: no time counts`,
  );
}
