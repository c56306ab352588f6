import { useState } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { type GoalScope, SCOPE_DIMENSIONS } from '../../domain/goal';
import { LEAGUES } from '../../domain/leagues';
import { GOAL_MEASURES } from '../../domain/measures';
import { formatYuan, parseYuan } from '../../domain/money';
import { type GoalOnWire, type GoalsAnswer } from '../answers';
import { ask, me, refused, useAsked } from '../api';
import { Downloads } from '../downloads';
import {
  Card,
  Choice,
  Day,
  Empty,
  Field,
  figure,
  filledIn,
  Form,
  Loaded,
  Money,
  platformOptions,
  scopeName,
  Table,
} from '../parts';
import { linkTo } from '../route';
import { language, t } from '../settings';

/** Goals shows the goal of each year and what was said before; operators set it. */
export function Goals() {
  const asked = useAsked<GoalsAnswer>('/goals');
  const words = t.value.goals;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <Loaded asked={asked}>
        {({ goals, history, chains }) => (
          <>
            <Card title={words.title} aside={<a href={linkTo('parts')}>{words.tree}</a>}>
              <List goals={goals} label={words.title} />
            </Card>
            {me.value && mayActAs(me.value.role, 'operator') && (
              <SetGoal year={goals.at(-1)?.year ?? 2026} chains={chains} onSet={asked.again} />
            )}
            <Card title={words.history}>
              {history.length === 0 ? (
                <Empty>{words.historyNone}</Empty>
              ) : (
                <List goals={[...history].reverse()} label={words.history} />
              )}
              <Downloads path="/goals" />
            </Card>
          </>
        )}
      </Loaded>
    </>
  );
}

function List({ goals, label }: { readonly goals: readonly GoalOnWire[]; readonly label: string }) {
  const words = t.value.goals;
  return (
    <Table
      label={label}
      rows={goals.map((goal, index) => ({ ...goal, index }))}
      keyOf={({ index }) => index}
      columns={[
        { title: words.year, heads: true, cell: ({ year }) => String(year) },
        { title: words.scope, cell: ({ scope }) => scopeName(scope) },
        {
          title: words.measure,
          cell: ({ measure }) => <span title={t.value.meanings[measure]}>{t.value.measures[measure]}</span>,
        },
        { title: words.amount, numeric: true, cell: ({ amount }) => <Money yuan={amount} /> },
        { title: words.amountYuan, numeric: true, cell: ({ amount }) => figure(amount) },
        {
          title: words.validFrom,
          cell: ({ validFrom }) => (validFrom === undefined ? '–' : <Day day={validFrom} />),
        },
        ...(goals.some(({ pace }) => pace !== undefined)
          ? [{ title: words.pace, cell: ({ pace }: GoalOnWire) => paceText(pace) }]
          : []),
        { title: words.setOn, cell: ({ setOn }) => (setOn === null ? words.builtIn : <Day day={setOn} />) },
      ]}
    />
  );
}

/** What a goal is judged by otherwise than others: `behind-below=0.2,min-days=7`, as people know it. */
const paceText = (pace = ''): string =>
  pace
    .split(',')
    .map((part) => {
      const [name = '', value = ''] = part.split('=');
      return `${t.value.goals.paceSettings[name] ?? name} ${value}`;
    })
    .join(language.value === 'zh' ? '；' : '; ');

function SetGoal({
  year,
  chains,
  onSet,
}: {
  readonly year: number;
  readonly chains: readonly string[];
  readonly onSet: () => void;
}) {
  const words = t.value.goals;
  const [said, setSaid] = useState('');
  return (
    <Card title={words.set}>
      <Form
        submit={words.set}
        onSend={async (typed) => {
          const body = {
            year: Number(typed['year']),
            measure: typed['measure'],
            scope: scopeOf(typed),
            amount: amountOf(typed['amount'] ?? ''),
            ...filledIn(typed, ['validFrom']),
            ...paceOf(typed),
          };
          const goal = await ask<GoalOnWire>('/goals', { method: 'POST', body });
          setSaid(words.saved(goal.year, scopeName(goal.scope)));
          onSet();
        }}
      >
        <Field label={words.year}>
          <input name="year" type="number" required min={1970} max={2149} defaultValue={String(year)} />
        </Field>
        <fieldset class="columns">
          <legend>
            {words.scope} <span class="hint">{words.scopeHint}</span>
          </legend>
          <Choice
            name="league"
            label={t.value.dimensions['league'] ?? ''}
            value=""
            options={[['', words.any], ...LEAGUES.map((league) => [league, league] as const)]}
          />
          <Choice
            name="platform"
            label={t.value.dimensions['platform'] ?? ''}
            value=""
            options={platformOptions(words.any)}
          />
          <Choice
            name="chain"
            label={t.value.dimensions['chain'] ?? ''}
            value=""
            options={[['', words.any], ...chains.map((chain) => [chain, chain] as const)]}
          />
          <Choice
            name="month"
            label={words.month}
            value=""
            options={[
              ['', words.wholeYear],
              ...MONTHS.map((month) => [String(month).padStart(2, '0'), words.monthOf(month)] as const),
            ]}
          />
        </fieldset>
        <Choice
          name="measure"
          label={words.measure}
          value="net"
          options={GOAL_MEASURES.map((name) => [name, `${t.value.measures[name] ?? name} (${t.value.meanings[name]})`])}
        />
        <Field label={words.amountYuan} hint={words.amountHint}>
          <input name="amount" required inputMode="decimal" maxLength={20} />
        </Field>
        <Field label={words.validFrom} hint={words.validFromHint}>
          <input name="validFrom" type="date" />
        </Field>
        <details>
          <summary>{words.paceOwn}</summary>
          <fieldset class="columns">
            <legend>{words.paceHint}</legend>
            {Object.entries(words.paceSettings).map(([name, label]) => (
              <Field key={name} label={label}>
                <input name={name} maxLength={10} autocomplete="off" />
              </Field>
            ))}
          </fieldset>
        </details>
      </Form>
      <p role="status" class={said === '' ? 'visually-hidden' : 'notice'}>
        {said}
      </p>
    </Card>
  );
}

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

type Typed = Readonly<Partial<Record<string, string>>>;

function scopeOf(typed: Typed): GoalScope {
  const { year = '', month = '' } = typed;
  return filledIn({ ...typed, month: month === '' ? '' : `${year}-${month}` }, SCOPE_DIMENSIONS);
}

function paceOf(typed: Typed): { readonly pace?: string } {
  const own = Object.entries(filledIn(typed, Object.keys(t.value.goals.paceSettings)));
  return own.length === 0 ? {} : { pace: own.map(([name, value]) => `${name}=${value ?? ''}`).join(',') };
}

/** People write separators; the API wants two decimals. */
function amountOf(typed: string): string {
  const plain = typed.replace(/[,，\s]/g, '');
  if (/^\d+(\.\d{1,2})?$/.test(plain)) return formatYuan(parseYuan(plain));
  throw refused('amount-wrong');
}
