import { type Alert } from '../domain/alert';
import { type Fen } from '../domain/money';
import { type BAR_ZH } from './zh';

/** What a mail shows beside the alert's own report. */
export interface AlertFigures {
  /** Amount of the goal's measure from 1 January to the as-of day by platform (its name in Chinese), in fen. */
  readonly byPlatform: readonly { readonly platform: string; readonly amount: Fen }[];
  /** Asia/Shanghai wall clock, `YYYY-MM-DD HH:MM:SS`. */
  readonly generatedAt: string;
  /** Name of the region whose goal it is. */
  readonly region: string;
  /** Sentences that a reader must know first, for example that the figures are a demonstration. */
  readonly notes?: readonly string[];
  /** Names in Chinese by platform id, for the shops that are late; an id without one is shown as it is. */
  readonly platformNames?: Readonly<Record<string, string>>;
}

/** A bar from 0 to `share` of the goal. */
export interface BarView {
  readonly role: keyof typeof BAR_ZH;
  readonly label: string;
  readonly share: number;
  readonly shareText: string;
  readonly amount: string;
}

/** A figure: its label, the amount as people say it, the exact one beside it, a remark. */
export interface FigureView {
  readonly label: string;
  readonly value: string;
  readonly exact: string | null;
  readonly remark: string | null;
  readonly strong: boolean;
}

/** A table: `numeric` tells which columns are set to the right; `total` is its last, stronger row. */
export interface TableView {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly numeric: readonly boolean[];
  /** A cell is its text, or its text with smaller text beside it. */
  readonly rows: readonly (readonly CellView[])[];
  readonly total: readonly CellView[] | null;
  readonly after: string | null;
}
export interface CellView {
  readonly text: string;
  readonly small: string | null;
}

/** AlertView is everything a mail says, in words and in order, before it becomes text or HTML. Nothing is escaped yet. */
export interface AlertView {
  readonly kind: Alert['kind'];
  readonly subject: string;
  readonly system: string;
  readonly title: string;
  readonly lead: string;
  readonly notes: readonly string[];
  readonly bars: { readonly heading: string; readonly rows: readonly BarView[] } | null;
  readonly figures: { readonly heading: string; readonly rows: readonly FigureView[] } | null;
  readonly tables: readonly TableView[];
  readonly basis: readonly string[];
  readonly footer: string;
}
