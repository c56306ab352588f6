import { useEffect, useRef } from 'preact/hooks';
import { type Drawing, type Palette } from './drawing';
import { isDark } from './theme';

const PRINT = ['beforeprint', 'afterprint'] as const;

/** Texts of a chart are a little smaller than those around it. */
const TEXT_SIZE = 0.8;

/** Colours are those of the style sheet, so that a chart has the look of its page. */
function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    quiet: colour('quiet'),
    line: colour('line'),
    surface: colour('surface'),
    accent: colour('accent'),
    band: colour('band'),
    series: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => colour(`series-${index}`)),
    font: style.fontFamily,
    size: Number.parseFloat(style.fontSize) * TEXT_SIZE,
  };
}

/**
 * Chart draws on a canvas; `label` says in a sentence what there is to see, and a table beside it has the figures. The
 * chart library is fetched when the first chart is shown.
 */
export function Chart({
  label,
  tall,
  draw,
}: {
  readonly label: string;
  readonly tall?: boolean;
  readonly draw: (palette: Palette) => Drawing;
}) {
  const box = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    let stop: (() => void) | null = null;
    let gone = false;
    let redraw = (): void => undefined;
    void import('./echarts').then(({ show }) => {
      redraw = () => {
        stop?.();
        stop = show(element, draw(paletteOf(element)));
      };
      if (!gone) redraw();
    });
    // What is printed has other colours: those of paper.
    const onPrint = (): void => redraw();
    for (const moment of PRINT) addEventListener(moment, onPrint);
    return () => {
      gone = true;
      stop?.();
      for (const moment of PRINT) removeEventListener(moment, onPrint);
    };
  }, [draw, dark]);
  return <div ref={box} class={tall === true ? 'chart tall' : 'chart'} role="img" aria-label={label} />;
}
