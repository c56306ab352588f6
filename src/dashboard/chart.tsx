import { useEffect, useRef } from 'preact/hooks';
import { type Drawing, type Palette } from './drawing';
import { isDark } from './settings';

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
    void import('./echarts').then(({ show }) => {
      if (!gone) stop = show(element, draw(paletteOf(element)));
    });
    return () => {
      gone = true;
      stop?.();
    };
  }, [draw, dark]);
  return <div ref={box} class={tall === true ? 'chart tall' : 'chart'} role="img" aria-label={label} />;
}
