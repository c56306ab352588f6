import { parseYuan, shareOf } from '../../domain/money';
import { type GoalMeasure } from '../../domain/measures';
import { SCOPE_DIMENSIONS } from '../../domain/goal';
import { type StandingAnswer, type StandingGoal, type TotalsAnswer } from '../answers';
import { query, useAsked } from '../api';
import { Downloads } from '../downloads';
import { dayText, magnitude } from '../format';
import { chanceText, Gap, Progress, STATE_TONES } from '../pace-parts';
import { Card, Chip, Empty, Loaded, Money, Rounded, scopeName, Table, valueName, YearChoice } from '../parts';
import { linkTo, route } from '../route';
import { language, t } from '../settings';

type PartDimension = 'league' | 'chain' | 'platform';

/** A part of the region with its goal, or without one. */
interface Part {
  readonly value: string;
  readonly done: string;
  readonly standing: StandingGoal | null;
}

/** RegionParts sets what leagues, chains and platforms sold beside their sub-goals, each with its own pace. */
export function RegionParts() {
  const asked = useAsked<StandingAnswer>(query('/goals/standing', { year: route.value.query['year'] }));
  const words = t.value.parts;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        {asked.value !== null && <p class="quiet">{words.lead(asked.value.year)}</p>}
      </div>
      <Loaded asked={asked}>{(answer) => <Standing answer={answer} />}</Loaded>
    </>
  );
}

function Standing({ answer }: { readonly answer: StandingAnswer }) {
  const words = t.value.parts;
  const { year, goals } = answer;
  const combined = goals.filter(({ goal: { scope = {} } }) => {
    const names = Object.keys(scope);
    return names.length > 1 || scope.month !== undefined;
  });
  const measure = goals[0]?.goal.measure ?? 'net';
  const hasPlatforms = goals.some(({ goal: { scope } }) => scope?.platform !== undefined);
  const shown: readonly PartDimension[] = ['league', 'chain', ...(hasPlatforms ? (['platform'] as const) : [])];
  return (
    <>
      <div class="controls">
        <YearChoice year={String(year)} page="parts" />
      </div>
      {goals.every(({ goal: { scope = {} } }) => Object.keys(scope).length === 0) && (
        <p class="notice">{words.noGoals}</p>
      )}
      <Judged goals={goals} />
      {shown.map((dimension) => (
        <Dimension key={dimension} dimension={dimension} answer={answer} measure={measure} />
      ))}
      {combined.length > 0 && (
        <Card title={words.combined}>
          <Parts
            label={words.combined}
            nameOf={({ standing, value }) =>
              standing?.pace == null ? (
                value
              ) : (
                <a href={linkTo('overview', { year, ...standing.goal.scope })}>{value}</a>
              )
            }
            parts={combined.map((standing) => ({
              value: scopeName(standing.goal.scope),
              done: standing.done,
              standing,
            }))}
          />
        </Card>
      )}
      <Downloads path={query('/goals/standing', { year })} />
    </>
  );
}

/** To which day the pace is judged: the same for all where their shops are complete to the same day. */
function Judged({ goals }: { readonly goals: readonly StandingGoal[] }) {
  const words = t.value.parts;
  const days = [...new Set(goals.flatMap(({ pace }) => pace?.asOf ?? []))];
  const [day] = days;
  if (day === undefined) return null;
  return <p class="quiet">{days.length === 1 ? words.asOf(dayText(day, language.value)) : words.asOfEach}</p>;
}

function Dimension({
  dimension,
  answer: { year, goals },
  measure,
}: {
  readonly dimension: PartDimension;
  readonly answer: StandingAnswer;
  readonly measure: GoalMeasure;
}) {
  const words = t.value.parts;
  const sold = useAsked<TotalsAnswer>(query('/totals', { year, by: dimension }));
  const own = goals.filter(({ goal: { scope = {} } }) => {
    const [name, ...more] = SCOPE_DIMENSIONS.filter((each) => scope[each] !== undefined);
    return name === dimension && more.length === 0;
  });
  const split = goals[0]?.splits.find((each) => each.dimension === dimension);
  return (
    <Card title={words[dimension]}>
      <Loaded asked={sold}>
        {({ rows }) => {
          const parts = partsOf(dimension, own, rows, measure);
          const isRegistered = parts.some(({ value }) => value !== 'unknown');
          if (parts.length === 0) return <Empty>{t.value.overview.empty}</Empty>;
          if (!isRegistered) return <Empty>{words.registerNone}</Empty>;
          return (
            <>
              {split !== undefined && (
                <p class="quiet">
                  <Rounded say={(amount) => splitText(split, amount)} />
                </p>
              )}
              <Parts
                label={words[dimension]}
                parts={parts}
                nameOf={({ value, standing }) => (
                  <a
                    href={
                      standing === null
                        ? linkTo('totals', { year, [dimension]: value, by: 'month' })
                        : linkTo('overview', { year, [dimension]: value })
                    }
                  >
                    {valueName(dimension, value)}
                  </a>
                )}
              />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** Those with a goal and those that sold something, by what is done. */
function partsOf(
  dimension: PartDimension,
  own: readonly StandingGoal[],
  rows: TotalsAnswer['rows'],
  measure: GoalMeasure,
): Part[] {
  const withGoal = own.map((standing): Part => ({
    value: standing.goal.scope?.[dimension] ?? '',
    done: standing.done,
    standing,
  }));
  const without = rows
    .map(({ dimensions, totals }): Part => ({
      value: dimensions[dimension] ?? '',
      done: totals[measure],
      standing: null,
    }))
    .filter(({ value }) => !withGoal.some((part) => part.value === value));
  const size = ({ done }: Part): bigint => parseYuan(done);
  return [...withGoal, ...without].sort((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0));
}

function splitText(
  { goals, sum, difference, otherMeasure }: StandingGoal['splits'][number],
  amount: (yuan: string) => string,
): string {
  const words = t.value.parts;
  const by = amount(magnitude(difference));
  const against =
    parseYuan(difference) === 0n
      ? words.sumsExactly
      : difference.startsWith('-')
        ? words.sumsLess(by)
        : words.sumsMore(by);
  const others = otherMeasure === 0 ? '' : ` ${words.otherMeasure(otherMeasure)}`;
  return `${words.sums(goals, amount(sum))}${against}${others}`;
}

function Parts({
  label,
  parts,
  nameOf,
}: {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly nameOf: (part: Part) => preact.ComponentChildren;
}) {
  const words = t.value.parts;
  const order = (of: (part: Part) => bigint | null) => (a: Part, b: Part) => {
    const [left, right] = [of(a) ?? LEAST, of(b) ?? LEAST];
    return left < right ? -1 : left > right ? 1 : 0;
  };
  const pace = ({ standing }: Part) => standing?.pace ?? null;
  return (
    <Table
      label={label}
      rows={parts}
      keyOf={({ value }) => value}
      columns={[
        { title: words.part, heads: true, cell: nameOf },
        {
          title: words.state,
          cell: ({ standing }) =>
            standing === null ? (
              <span class="quiet">{words.noGoal}</span>
            ) : standing.pace === null ? (
              <span class="quiet">{words.month}</span>
            ) : (
              <Chip tone={STATE_TONES[standing.pace.state]}>{t.value.states[standing.pace.state]}</Chip>
            ),
        },
        {
          title: words.done,
          numeric: true,
          order: order(({ done }) => parseYuan(done)),
          cell: ({ done }) => <Money yuan={done} />,
        },
        {
          title: words.goal,
          numeric: true,
          order: order(({ standing }) => (standing === null ? null : parseYuan(standing.goal.amount))),
          cell: ({ standing }) => (standing === null ? '–' : <Money yuan={standing.goal.amount} />),
        },
        { title: words.share, cell: ({ standing }) => standing !== null && <ShareDone standing={standing} /> },
        {
          title: words.expected,
          numeric: true,
          cell: (part) => {
            const known = pace(part);
            return known === null ? '–' : <Money yuan={known.expected} {...through(known.asOf)} />;
          },
        },
        {
          title: words.gap,
          numeric: true,
          order: order((part) => {
            const known = pace(part);
            return known === null ? null : parseYuan(known.gap);
          }),
          cell: (part) => {
            const known = pace(part);
            return known === null ? '–' : <Gap yuan={known.gap} />;
          },
        },
        {
          title: words.projected,
          numeric: true,
          cell: (part) => {
            const projected = pace(part)?.projected ?? null;
            return projected === null ? '–' : <Money yuan={projected} />;
          },
        },
        { title: words.chance, numeric: true, cell: (part) => chanceText(pace(part)?.chance ?? undefined) },
      ]}
    />
  );
}

/** Parts without a figure come last. */
const LEAST = -(10n ** 30n);

const through = (asOf: string | null) =>
  asOf === null ? {} : { note: t.value.parts.through(dayText(asOf, language.value)) };

function ShareDone({ standing: { goal, done, pace } }: { readonly standing: StandingGoal }) {
  const amount = parseYuan(goal.amount);
  const share = shareOf(parseYuan(done), amount);
  const expected = pace === null ? null : shareOf(parseYuan(pace.expected), amount);
  const said = t.value.percent(share);
  return (
    <span class="share-done">
      <Progress
        done={share}
        {...(expected === null ? {} : { expected, label: t.value.parts.bar(said, t.value.percent(expected)) })}
      />
      <span>{said}</span>
    </span>
  );
}
