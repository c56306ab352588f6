import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { type Drawing, type Stroke } from './drawing';

// Canvas, since a strict policy forbids the style attributes that SVG would need.
echarts.use([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

/** Pixels of a canvas for one of the page: on paper fewer would look blurred. */
const PRINTABLE = 2;

/** show draws into an element and keeps the drawing as wide as it; the answer ends it. */
export function show(element: HTMLElement, drawing: Drawing): () => void {
  const chart = echarts.init(element, null, {
    renderer: 'canvas',
    devicePixelRatio: Math.max(devicePixelRatio, PRINTABLE),
  });
  chart.setOption(optionOf(drawing));
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(element);
  return () => {
    watch.disconnect();
    chart.dispose();
  };
}

function optionOf(drawing: Drawing): echarts.EChartsCoreOption {
  const { palette, labels, axisText, labelText, lying = false } = drawing;
  const text = { color: palette.quiet, fontFamily: palette.font, fontSize: palette.size };
  const names = {
    type: 'category',
    data: [...labels],
    inverse: lying,
    boundaryGap: drawing.strokes.some(({ kind }) => kind === 'bar'),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.line } },
    axisLabel: {
      ...text,
      formatter: labelText,
      hideOverlap: true,
      ...(lying ? { width: palette.size * 9, overflow: 'truncate' } : {}),
    },
  };
  const values = {
    type: 'value',
    axisLabel: { ...text, formatter: axisText, hideOverlap: true },
    splitLine: { lineStyle: { color: palette.line } },
    splitNumber: 4,
  };
  return {
    animation: false,
    grid: { left: 4, right: palette.size * 1.4, top: palette.size * 2, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      className: 'tip',
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontFamily: palette.font, fontSize: palette.size },
      axisPointer: lying ? { type: 'shadow' } : { type: 'line', lineStyle: { color: palette.quiet } },
      formatter: (shown: readonly { readonly dataIndex: number }[]) => tipOf(drawing, shown[0]?.dataIndex ?? 0),
    },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: drawing.strokes.map((stroke, index) => seriesOf(drawing, stroke, index)),
  };
}

function seriesOf({ palette, level, lying, stacked }: Drawing, stroke: Stroke, index: number): object {
  const { name, values, colour, kind } = stroke;
  const mark =
    level === undefined || index !== 0
      ? {}
      : {
          markLine: {
            silent: true,
            symbol: 'none',
            data: [{ [lying === true ? 'xAxis' : 'yAxis']: level.value }],
            lineStyle: { color: palette.ink, type: 'solid', width: 1, opacity: 0.5 },
            label: {
              formatter: level.name,
              position: 'insideStartTop',
              backgroundColor: palette.surface,
              color: palette.ink,
              fontFamily: palette.font,
              fontSize: palette.size,
            },
          },
        };
  const shared = { name, data: [...values], ...mark };
  if (kind === 'bar') {
    return {
      ...shared,
      type: 'bar',
      barMaxWidth: palette.size * 2.3,
      itemStyle: { color: colour, borderRadius: stacked === true ? 0 : 2 },
      ...(stacked === true ? { stack: 'all' } : {}),
    };
  }
  const isBand = kind === 'band-low' || kind === 'band-height';
  return {
    ...shared,
    type: 'line',
    showSymbol: values.filter((value) => value !== null).length === 1,
    symbol: 'circle',
    silent: isBand,
    emphasis: { disabled: true },
    itemStyle: { color: colour },
    lineStyle: isBand
      ? { opacity: 0 }
      : {
          color: colour,
          width: palette.size * (kind === 'line' ? 0.21 : 0.15),
          type: kind === 'line' ? 'solid' : kind,
        },
    ...(isBand ? { stack: 'band', stackStrategy: 'all' } : {}),
    ...(kind === 'band-height' ? { areaStyle: { color: colour, opacity: 1 } } : {}),
  };
}

/** Made of elements: the policy of the page forbids style attributes in markup. */
function tipOf({ tip, labels, labelText }: Drawing, index: number): HTMLElement {
  const box = document.createElement('div');
  const title = document.createElement('strong');
  title.textContent = labelText(labels[index] ?? '');
  const list = document.createElement('dl');
  for (const [name, value] of tip(index)) {
    const [term, said] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = name;
    said.textContent = value;
    list.append(term, said);
  }
  box.append(title, list);
  return box;
}
