import { useEffect, useRef } from 'preact/hooks';
import { addDays } from '../../domain/calendar';
import { type DayState } from '../../domain/completeness';
import { type Completeness } from '../answers';
import { query, useAsked } from '../api';
import { Downloads } from '../downloads';
import { dayText } from '../format';
import { Choice, Empty, Loaded, platformName } from '../parts';
import { goTo, linkTo, route } from '../route';
import { language, t } from '../settings';

const PERIODS = [28, 60, 90, 180] as const;
const STATES: readonly DayState[] = ['complete', 'accepted', 'awaited', 'late', 'gap', 'not-expected'];
/** A letter beside the colour, so that nobody has to tell colours apart. */
const MARKS: Readonly<Record<DayState, string>> = {
  complete: '',
  accepted: '○',
  awaited: '·',
  late: '!',
  gap: '×',
  'not-expected': '',
};

/** CompletenessCalendar shows which days of which shops are in, and which are missing. */
export function CompletenessCalendar() {
  const asked = Number(route.value.query['days'] ?? PERIODS[0]);
  const days = PERIODS.find((each) => each === asked) ?? PERIODS[0];
  const usual = useAsked<Completeness>('/completeness');
  const to = usual.value?.days.at(-1);
  const longer =
    days === PERIODS[0] || to === undefined ? null : query('/completeness', { from: addDays(to, 1 - days), to });
  const further = useAsked<Completeness>(longer);
  const words = t.value.completeness;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <div class="controls">
        <Choice
          label={t.value.totals.period}
          value={String(days)}
          options={PERIODS.map((each) => [String(each), words.days(each)])}
          onChoose={(chosen) => goTo(linkTo('completeness', { days: chosen }))}
        />
      </div>
      <Loaded asked={longer === null ? usual : further}>{(data) => <Calendar data={data} />}</Loaded>
      <Downloads path={longer ?? '/completeness'} />
    </>
  );
}

function Calendar({ data }: { readonly data: Completeness }) {
  const words = t.value.completeness;
  const lang = language.value;
  const box = useRef<HTMLDivElement>(null);
  // The newest days matter most: a narrow screen begins with them.
  useEffect(() => box.current?.scrollTo({ left: box.current.scrollWidth }), [data]);
  if (data.shops.length === 0) return <Empty>{words.empty}</Empty>;
  const months = data.days.reduce<{ readonly month: string; readonly days: number }[]>((all, day) => {
    const month = day.slice(0, 7);
    const last = all.at(-1);
    return last?.month === month ? [...all.slice(0, -1), { month, days: last.days + 1 }] : [...all, { month, days: 1 }];
  }, []);
  return (
    <section class="card">
      <p>
        <strong>
          {data.completeTo === null ? words.completeToNone : words.completeTo(dayText(data.completeTo, lang))}
        </strong>
      </p>
      <ul class="legend">
        {STATES.map((state) => (
          <li key={state}>
            <span class={`day ${state}`} aria-hidden="true">
              {MARKS[state]}
            </span>
            {words.states[state]}
          </li>
        ))}
      </ul>
      <div ref={box} class="scroll" role="region" aria-label={words.table} tabIndex={0}>
        <table class="calendar">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {words.shop}
              </th>
              <th scope="col" rowSpan={2}>
                {words.every}
              </th>
              {months.map(({ month, days }) => (
                <th key={month} scope="colgroup" colSpan={days}>
                  {month}
                </th>
              ))}
            </tr>
            <tr>
              {data.days.map((day) => (
                <th key={day} scope="col">
                  <span class="visually-hidden">{dayText(day, lang)}</span>
                  <span aria-hidden="true">{Number(day.slice(8))}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.shops.map(({ platform, shop, everyDays, source, completeTo, states }) => (
              <tr key={`${platform}/${shop}`}>
                <th scope="row" title={`${words.through} ${completeTo ?? words.never}`}>
                  {shop}
                  <span class="quiet">{platformName(platform)}</span>
                </th>
                <td title={words.sources[source]}>{everyDays === null ? words.stopped : words.everyDays(everyDays)}</td>
                {states.map((state, index) => {
                  const day = data.days[index] ?? '';
                  const said = words.cell(shop, dayText(day, lang), words.states[state]);
                  return (
                    <td key={day} class="cell">
                      <span class={`day ${state}`} title={said}>
                        <span aria-hidden="true">{MARKS[state]}</span>
                        <span class="visually-hidden">{words.states[state]}</span>
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
