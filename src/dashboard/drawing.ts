/** Palette is the look of the page around a chart. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly band: string;
  readonly series: readonly string[];
  readonly font: string;
  /** Of texts, in pixels. */
  readonly size: number;
}

/** Stroke is a series of a drawing; `values` are yuan (or a count), null where there is nothing. */
export interface Stroke {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly kind: 'line' | 'dashed' | 'dotted' | 'bar' | 'band-low' | 'band-height';
}

/** Drawing is a chart before it is drawn. */
export interface Drawing {
  readonly palette: Palette;
  readonly labels: readonly string[];
  readonly strokes: readonly Stroke[];
  readonly axisText: (value: number) => string;
  readonly labelText: (label: string) => string;
  /** What the label under the pointer stands for: its title and a line each. */
  readonly tip: (index: number) => readonly (readonly [name: string, value: string])[];
  readonly level?: { readonly value: number; readonly name: string };
  /** Bars one below the other, for names; otherwise the labels run from left to right. */
  readonly lying?: boolean;
  readonly stacked?: boolean;
}
