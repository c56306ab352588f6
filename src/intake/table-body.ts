import { type Readable } from 'node:stream';
import { type Delimiter } from './csv';

/** TableBody is a body that the engine can read, with the position of each used column in it. */
export interface TableBody {
  readonly columns: ReadonlyMap<string, number>;
  readonly width: number;
  readonly encoding: 'utf-8' | 'gb18030';
  readonly delimiter: Delimiter;
  readonly rows: 'as-written' | 'taken-apart';
  readonly normalise: (name: string) => string;
  /** Opens the rows anew, without the header. */
  readonly open: () => Readable;
}
