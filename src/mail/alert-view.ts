import { type Alert } from '../domain/alert';
import { type Fen } from '../domain/money';
import { type PaceReport } from '../domain/pace';
import { type PaceSeries } from '../domain/pace-series';
import { type BAR_ZH } from './zh';

/** What was sold in a period, and in the one before it, in fen. */
export interface PeriodFigures {
  readonly amount: Fen;
  readonly before: Fen;
}

/** What a message shows beside the alert's own report. */
export interface AlertFigures {
  /** Platforms by their names in Chinese; none where the goal is that of one platform. */
  readonly byPlatform: readonly PartFigure[];
  /** Leagues and cities, blank where it is not known; none where the goal is that of one. */
  readonly byLeague: readonly PartFigure[];
  /** Where the goals stand that the alert's own is divided into. */
  readonly goals: readonly PaceReport[];
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
  /** Where the pages are that a mail refers to; absent where nobody beside this machine can open them. */
  readonly pagesUrl?: string;
}

/** What one part of the region sold of the goal's measure, in fen, from 1 January to the as-of day. */
export interface PartFigure {
  readonly name: string;
  readonly amount: Fen;
  /** Its part of the gap to the season; null where the last year is not known. */
  readonly gap?: Fen | null;
  /** In the period of a report. */
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

/** A page on which there is more. */
export interface LinkView {
  readonly text: string;
  readonly url: string;
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
export interface ViewFrame extends Pick<AlertView, 'kind' | 'system' | 'title' | 'notes' | 'links' | 'footer'> {
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
  readonly links: readonly LinkView[];
  readonly footer: string;
}
