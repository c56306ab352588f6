/** A picture is drawn once for light and once for dark surroundings. */
export type ChartTheme = 'light' | 'dark';

/** CHART_CIDS are the names by which the HTML part of a mail refers to its pictures. */
export const CHART_CIDS: Readonly<Record<ChartTheme, string>> = {
  light: 'chart-light@paceline.invalid',
  dark: 'chart-dark@paceline.invalid',
};
