import { type Amounts } from './measures';

/** Where a file stands in the ledger; `received`, `committing` and `withdrawing` are passing states. */
export const FILE_STATUSES = [
  'received',
  'committing',
  'committed',
  'held',
  'refused',
  'withdrawing',
  'withdrawn',
] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

/** Decision is what an operator decided on a file by hand: who, and why in their own words (may be blank). */
export interface Decision {
  readonly by: string;
  readonly reason: string;
}

/** The account of a file's rows: read = loaded + rejected + ignored, always. */
export interface RowAccount {
  readonly read: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly ignored: number;
}

/** The figures of one file by itself: what it says, whatever other files say. */
export interface FileFigures extends Amounts {
  readonly paidOrders: number;
}

/** What became of one file that was handed in. */
export interface FileReport {
  readonly path: string;
  /** SHA-256 of the bytes, hex; empty when they could not be read. */
  readonly fileId: string;
  readonly status: 'committed' | 'duplicate' | 'held' | 'refused';
  readonly platform: string | null;
  readonly layout: string | null;
  readonly encoding: string | null;
  readonly shop: string | null;
  /** Asia/Shanghai wall clock. */
  readonly snapshotAt: string | null;
  readonly rows: RowAccount;
  readonly figures: FileFigures;
  readonly error: { readonly code: string; readonly message: string; readonly advice: string } | null;
}
