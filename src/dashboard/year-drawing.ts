import { daysInYear } from '../domain/calendar';
import { type Charted, type Pace } from './answers';
import { type Drawing, type Palette } from './drawing';
import { axisAmount, dayText, exactAmount, shortAmount } from './format';
import { language, t } from './settings';

/** drawYear draws a goal's year day by day, cumulative: what is done, what is to be expected, and what is to come. */
export function drawYear({ days, goal, asOf }: Pace, palette: Palette): Drawing {
  const words = t.value.overview;
  const lang = language.value;
  const shown = (yuan: string): string => exactAmount(yuan, lang);
  // The projection begins where the year stands, so that the curve does not break off.
  const onward = ({ day, actual, projected }: Charted): string | null => (day === asOf ? actual : projected);
  return {
    palette,
    labels: days.map(({ day }) => day),
    strokes: [
      { name: words.low, kind: 'band-low', colour: palette.band, values: days.map(({ low }) => Number(low)) },
      {
        name: words.bandShort,
        kind: 'band-height',
        colour: palette.band,
        values: days.map(({ low, high }) => Number(high) - Number(low)),
      },
      {
        name: words.seasonal,
        kind: 'dotted',
        colour: palette.quiet,
        values: days.map(({ expected }) => Number(expected)),
      },
      { name: words.projectedLine, kind: 'dashed', colour: palette.accent, values: days.map(onward).map(numberOrNone) },
      {
        name: words.actualLine,
        kind: 'line',
        colour: palette.accent,
        values: days.map(({ actual }) => numberOrNone(actual)),
      },
    ],
    axisText: (value) => axisAmount(value, lang),
    labelText: (day) => dayText(day, lang, days.length >= daysInYear(goal.year) ? goal.year : undefined),
    tip: (index) => {
      const day = days[index];
      if (day === undefined) return [];
      return [
        ...(day.actual === null ? [] : [[words.actualLine, shown(day.actual)] as const]),
        ...(day.projected === null ? [] : [[words.projectedLine, shown(day.projected)] as const]),
        [words.seasonal, shown(day.expected)],
        [words.low, shown(day.low)],
        [words.high, shown(day.high)],
      ];
    },
    level: { value: Number(goal.amount), name: `${words.goal} ${shortAmount(goal.amount, lang)}` },
  };
}

const numberOrNone = (yuan: string | null): number | null => (yuan === null ? null : Number(yuan));
