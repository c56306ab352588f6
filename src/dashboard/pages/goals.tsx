import { useState } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { GOAL_MEASURES } from '../../domain/measures';
import { formatYuan, parseYuan } from '../../domain/money';
import { type GoalOnWire, type GoalsAnswer } from '../answers';
import { ask, me, Refused, useAsked } from '../api';
import { Card, Choice, Day, Empty, Field, figure, Form, Loaded, Money, Table, valueName } from '../parts';
import { t } from '../settings';

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
        {({ goals, history }) => (
          <>
            <Card title={words.title}>
              <List goals={goals} label={words.title} />
            </Card>
            {me.value && mayActAs(me.value.role, 'operator') && (
              <SetGoal year={goals.at(-1)?.year ?? 2026} onSet={asked.again} />
            )}
            <Card title={words.history}>
              {history.length === 0 ? (
                <Empty>{words.historyNone}</Empty>
              ) : (
                <List goals={[...history].reverse()} label={words.history} />
              )}
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
        { title: words.setOn, cell: ({ setOn }) => (setOn === null ? words.builtIn : <Day day={setOn} />) },
      ]}
    />
  );
}

/** What a goal speaks of. */
const scopeName = (scope: GoalOnWire['scope'] = {}): string =>
  t.value.scope(
    Object.entries(scope).map(([name, value = '']) => `${t.value.dimensions[name] ?? name} ${valueName(name, value)}`),
  );

function SetGoal({ year, onSet }: { readonly year: number; readonly onSet: () => void }) {
  const words = t.value.goals;
  const [said, setSaid] = useState('');
  return (
    <Card title={words.set}>
      <Form
        submit={words.set}
        onSend={async (typed) => {
          const goal = await ask<GoalOnWire>('/goals', {
            method: 'POST',
            body: { year: Number(typed['year']), measure: typed['measure'], amount: amountOf(typed['amount'] ?? '') },
          });
          setSaid(words.saved(goal.year));
          onSet();
        }}
      >
        <Field label={words.year}>
          <input name="year" type="number" required min={1970} max={2149} defaultValue={String(year)} />
        </Field>
        <Choice
          name="measure"
          label={words.measure}
          value="net"
          options={GOAL_MEASURES.map((name) => [name, `${t.value.measures[name] ?? name} (${t.value.meanings[name]})`])}
        />
        <Field label={words.amountYuan} hint={words.amountHint}>
          <input name="amount" required inputMode="decimal" maxLength={20} />
        </Field>
      </Form>
      <p role="status" class={said === '' ? 'visually-hidden' : 'notice'}>
        {said}
      </p>
    </Card>
  );
}

/** People write separators; the API wants two decimals. */
function amountOf(typed: string): string {
  const plain = typed.replace(/[,，\s]/g, '');
  if (/^\d+(\.\d{1,2})?$/.test(plain)) return formatYuan(parseYuan(plain));
  throw new Refused({ status: 0, code: 'usage', detail: t.value.goals.amountWrong, advice: '' });
}
