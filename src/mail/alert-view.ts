import { type Alert } from '../domain/alert';
import { type Fen } from '../domain/money';
import { type PaceSeries } from '../domain/pace-series';
import { type BAR_ZH } from './zh';

/** What was sold in a period, and in the one before it, in fen. */
export interface PeriodFigures {
  readonly amount: Fen;
  readonly before: Fen;
}

/** What a message shows beside the alert's own report. */
export interface AlertFigures {
  /**
   * Amount of the goal's measure by platform (its name in Chinese), in fen, from 1 January to the as-of day, and in the
   * period of a report; `gap` is its part of the gap to the season, null where the last year is not known.
   */
  readonly byPlatform: readonly PlatformFigure[];
  /** Of a report only. */
  readonly period?: PeriodFigures | undefined;
  /** What the chart shows; absent where there is nothing to draw. */
  readonly series?: PaceSeries | undefined;
  /** Asia/Shanghai wall clock, `YYYY-MM-DD HH:MM:SS`. */
  readonly generatedAt: string;
  /** Name of the region whose goal it is. */
  readonly region: string;
  /** Sentences that a reader must know first, for example that the figures are a demonstration. */
  readonly notes?: readonly string[];
  /** Names in Chinese by platform id; an id without one is shown as it is. */
  readonly platformNames?: Readonly<Record<string, string>>;
}

/** The amounts of one platform. */
export interface PlatformFigure {
  readonly platform: string;
  readonly amount: Fen;
  readonly gap?: Fen | null;
  readonly inPeriod?: Fen;
}

/** A picture: what it says in words, and its bytes once drawn. */
export interface ChartView {
  readonly heading: string;
  readonly alt: string;
  readonly series: PaceSeries;
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

/** ViewFrame is what the messages of all kinds have in common; `tagged` puts the kind at the front of a subject. */
export interface ViewFrame extends Pick<AlertView, 'kind' | 'system' | 'title' | 'notes' | 'footer'> {
  readonly tagged: (text: string) => string;
}

/** AlertView is everything a message says, in words and in order, before it becomes text or HTML. Nothing is escaped yet. */
export interface AlertView {
  readonly kind: Alert['kind'];
  readonly subject: string;
  readonly system: string;
  readonly title: string;
  readonly lead: string;
  readonly notes: readonly string[];
  readonly chart: ChartView | null;
  readonly bars: { readonly heading: string; readonly rows: readonly BarView[] } | null;
  readonly figures: { readonly heading: string; readonly rows: readonly FigureView[] } | null;
  readonly tables: readonly TableView[];
  readonly basis: readonly string[];
  readonly footer: string;
}
