/** BenchOptions are what the command line asks of any bench; each uses what it can. */
export interface BenchOptions {
  readonly rows: number;
  readonly runs: number;
  /** All rows for the slow ways too, which takes minutes. */
  readonly full: boolean;
  /** A share of every size, to try a bench out: above 0, usually 1. */
  readonly scale: number;
  /** Simulated years. */
  readonly years: number;
  readonly seed: number;
  /** Told what is going on. */
  readonly progress: (line: string) => void;
}

/** BenchResult is the same answer twice: for programs, and for people. */
export interface BenchResult {
  readonly report: object;
  readonly text: string;
}

/** Bench measures something and leaves nothing behind. @throws Error when what it measures gives a wrong answer */
export type Bench = (options: BenchOptions) => BenchResult | Promise<BenchResult>;
