import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { type EChartsOption, init, type LineSeriesOption } from 'echarts';
import { eachDay, firstDay, lastDay } from '../domain/calendar';
import { type Fen } from '../domain/money';
import { BAND_LEVEL, type PaceSeries } from '../domain/pace-series';
import { type ChartTheme } from './chart-cids';
import { CHART_ZH } from './zh';

/** Size at which texts are as large as those of the mail; on a phone it shrinks by a third and can still be read. */
const WIDTH = 480;
const HEIGHT = 320;
/** Dots of the picture for one of these: screens of phones have two or three. */
const DOTS = 2.25;
const FONT_SIZE = 13;

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
    band: '#3a516f',
    goal: '#a9bfdd',
  },
};

/** Noto Sans SC, which comes with Paceline: a server seldom has a Chinese font. */
const FONT_FILE = join(dirname(require.resolve('@embedpdf/fonts-sc')), '../fonts/NotoSansHans-Regular.otf');
const FONT_FAMILY = 'Noto Sans S Chinese';

/** drawChart draws the year as a PNG of 1080 by 720 dots: the same series always gives the same bytes. */
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
/** Every other month has its name in its middle: all of them would not fit a phone. */
const NAMED_DAY = /^\d{4}-(?:01|03|05|07|09|11)-15$/;

function optionOf(series: PaceSeries, palette: Palette): EChartsOption {
  const { year, actual, expected, low, high, projected, goal } = series;
  // Categories and not dates: the library's time axis goes by the zone of the machine.
  const days = eachDay(firstDay(year), lastDay(year));
  const inYi = goal >= FEN_PER_YI;
  const scale = Number(inYi ? FEN_PER_YI : FEN_PER_WAN);
  const line = (
    name: string,
    amounts: readonly Fen[],
    color: string,
    style: LineSeriesOption['lineStyle'],
    more: LineSeriesOption = {},
  ): LineSeriesOption => ({
    name,
    type: 'line',
    data: amounts.map((amount) => Number(amount) / scale),
    symbol: 'none',
    lineStyle: { width: 2, color, ...style },
    itemStyle: { color },
    ...more,
  });
  // The band is a line that nobody sees with a filled one stacked on it.
  const stacked = { stack: 'band', stackStrategy: 'all' } as const;
  const bandWidth = high.map((top, index) => top - (low[index] ?? 0n));
  const label = { color: palette.soft, fontSize: FONT_SIZE, fontFamily: FONT_FAMILY };
  return {
    animation: false,
    textStyle: { fontFamily: FONT_FAMILY },
    grid: { left: 4, right: 10, top: 62, bottom: 2, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 20,
      itemHeight: 8,
      itemGap: 12,
      textStyle: { ...label, color: palette.ink },
      data: [
        CHART_ZH.actual,
        CHART_ZH.projected,
        CHART_ZH.expected,
        { name: CHART_ZH.band(BAND_LEVEL), icon: 'rect' },
        CHART_ZH.goal,
      ],
    },
    xAxis: {
      type: 'category',
      data: days,
      boundaryGap: false,
      axisLabel: {
        ...label,
        interval: (_, day) => NAMED_DAY.test(day),
        formatter: (day) => CHART_ZH.month(Number(day.slice(5, 7))),
      },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      name: inYi ? CHART_ZH.unit : CHART_ZH.unitSmall,
      nameTextStyle: { ...label, align: 'right' },
      axisLabel: label,
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      line('', low, 'transparent', { width: 0 }, stacked),
      line(
        CHART_ZH.band(BAND_LEVEL),
        bandWidth,
        palette.band,
        { width: 0 },
        { ...stacked, areaStyle: { color: palette.band, opacity: 1 } },
      ),
      line(CHART_ZH.expected, expected, palette.expected, {}),
      line(
        CHART_ZH.goal,
        days.map(() => goal),
        palette.goal,
        { width: 1.5, type: [6, 4] },
      ),
      ...(projected === null ? [] : [projectionOf(projected, actual.length - 1)]),
      line(CHART_ZH.actual, actual, palette.actual, { width: 3 }),
    ],
  };

  function projectionOf(amounts: readonly Fen[], before: number): LineSeriesOption {
    const drawn = line(CHART_ZH.projected, amounts, palette.actual, { type: [3, 3] });
    return { ...drawn, data: [...Array<null>(before).fill(null), ...amounts.map((amount) => Number(amount) / scale)] };
  }
}
