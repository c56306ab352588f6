import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { type EChartsOption, init, type LineSeriesOption } from 'echarts';
import { addDays, firstDay } from '../domain/calendar';
import { type Fen } from '../domain/money';
import { BAND_LEVEL, type PaceSeries } from '../domain/pace-series';
import { type ChartTheme } from './chart-cids';
import { CHART_ZH } from './zh';

/** Size in CSS pixels, and how many dots each has in the picture: screens of phones have two or three. */
const WIDTH = 576;
const HEIGHT = 320;
const DOTS = 2;

interface Palette {
  readonly card: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly actual: string;
  readonly expected: string;
  readonly band: string;
  readonly goal: string;
}

const PALETTES: Readonly<Record<ChartTheme, Palette>> = {
  light: {
    card: '#ffffff',
    ink: '#1c2733',
    soft: '#566372',
    line: '#dfe4ea',
    actual: '#b3261e',
    expected: '#47648a',
    band: '#d3deec',
    goal: '#1d3557',
  },
  dark: {
    card: '#1a2129',
    ink: '#e8ecf1',
    soft: '#a3afbd',
    line: '#313c48',
    actual: '#ff8a85',
    expected: '#7f9cc4',
    band: '#2b3c52',
    goal: '#a9bfdd',
  },
};

/** Noto Sans SC, which comes with Paceline: a server seldom has a Chinese font. */
const FONT_FILE = join(dirname(require.resolve('@embedpdf/fonts-sc')), '../fonts/NotoSansHans-Regular.otf');
const FONT_FAMILY = 'Noto Sans S Chinese';

/** drawChart draws the year as a PNG of 1152 by 640 dots: the same series always gives the same bytes. */
export function drawChart(series: PaceSeries, theme: ChartTheme): Buffer {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  let svg: string;
  try {
    chart.setOption(optionOf(series, PALETTES[theme]));
    svg = chart.renderToSVGString();
  } finally {
    // One that is not disposed of keeps the process alive.
    chart.dispose();
  }
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'width', value: WIDTH * DOTS },
    font: { fontFiles: [FONT_FILE], loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
    background: PALETTES[theme].card,
  });
  return drawing.render().asPng();
}

const FEN_PER_WAN = 1_000_000n;
const FEN_PER_YI = 10_000_000_000n;

function optionOf(series: PaceSeries, palette: Palette): EChartsOption {
  const { year, actual, expected, low, high, projected, goal } = series;
  const inYi = goal >= FEN_PER_YI;
  const scale = Number(inYi ? FEN_PER_YI : FEN_PER_WAN);
  const points = (amounts: readonly Fen[], from = 0): [string, number][] =>
    amounts.map((amount, index) => [addDays(firstDay(year), from + index), Number(amount) / scale]);
  const line = (
    name: string,
    data: [string, number][],
    color: string,
    more: LineSeriesOption = {},
  ): LineSeriesOption => ({
    name,
    type: 'line',
    data,
    showSymbol: false,
    lineStyle: { width: 2, color },
    itemStyle: { color },
    ...more,
  });
  const bandWidth = high.map((top, index) => top - (low[index] ?? 0n));
  const label = { color: palette.soft, fontSize: 12, fontFamily: FONT_FAMILY };
  return {
    animation: false,
    textStyle: { fontFamily: FONT_FAMILY },
    grid: { left: 6, right: 16, top: 66, bottom: 4, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 18,
      itemHeight: 8,
      itemGap: 14,
      textStyle: { ...label, color: palette.ink },
      data: [CHART_ZH.actual, CHART_ZH.projected, CHART_ZH.expected, CHART_ZH.band(BAND_LEVEL), CHART_ZH.goal],
    },
    xAxis: {
      type: 'time',
      min: firstDay(year),
      max: firstDay(year + 1),
      axisLabel: {
        ...label,
        hideOverlap: true,
        formatter: (at: number) => CHART_ZH.month(new Date(at).getMonth() + 1),
      },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      name: inYi ? CHART_ZH.unit : CHART_ZH.unitSmall,
      nameTextStyle: { ...label, align: 'right' },
      axisLabel: label,
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      // The band is a see-through line with a filled one stacked on it.
      line('', points(low), 'transparent', { stack: 'band', stackStrategy: 'all', lineStyle: { width: 0 } }),
      line(CHART_ZH.band(BAND_LEVEL), points(bandWidth), palette.band, {
        stack: 'band',
        stackStrategy: 'all',
        lineStyle: { width: 0 },
        areaStyle: { color: palette.band, opacity: 1 },
      }),
      line(CHART_ZH.expected, points(expected), palette.expected),
      line(
        CHART_ZH.goal,
        points([goal, goal]).map(([, amount], end) => [firstDay(year + end), amount]),
        palette.goal,
        {
          lineStyle: { width: 1.5, color: palette.goal, type: [6, 4] },
        },
      ),
      ...(projected === null
        ? []
        : [
            line(CHART_ZH.projected, points(projected, actual.length - 1), palette.actual, {
              lineStyle: { width: 2, color: palette.actual, type: [3, 3] },
            }),
          ]),
      line(CHART_ZH.actual, points(actual), palette.actual, { lineStyle: { width: 3, color: palette.actual } }),
    ],
  };
}
