import { useState } from 'preact/hooks';
import { mayActAs } from '../../domain/access';
import { addDays } from '../../domain/calendar';
import { type QuietWord } from '../../domain/quiet';
import { type AlertsAnswer, type AlertsNow } from '../answers';
import { ask, me, useAsked, usePages } from '../api';
import { Downloads } from '../downloads';
import { dayText } from '../format';
import { chanceText, STATE_TONES } from '../pace-parts';
import {
  Card,
  Chip,
  Choice,
  Day,
  Dialog,
  Empty,
  Field,
  Form,
  Loaded,
  More,
  Rounded,
  scopeName,
  Table,
  type Tone,
} from '../parts';
import { linkTo } from '../route';
import { language, t } from '../settings';
import { MUTED_KINDS, scopeIn, subjectName } from './alert-subjects';

type Raised = AlertsAnswer['alerts'][number];
type Decision = AlertsNow['decisions'][number];
type Word = QuietWord['word'];

const TONES: Readonly<Record<Raised['kind'], Tone>> = {
  'pace-behind': 'bad',
  'pace-reminder': 'bad',
  'pace-at-risk': 'warn',
  'pace-recovered': 'good',
  'data-problem': 'warn',
  'report-week': 'calm',
  'report-month': 'calm',
  'report-year': 'calm',
};

/** What is to be said of a subject; without one the kind is still to be chosen. */
interface Saying {
  readonly word: Word;
  readonly subject: string | null;
}

/** Alerts shows where alerts stand, what is wrong with the data, what is kept quiet, and all that was ever raised. */
export function Alerts() {
  const now = useAsked<AlertsNow>('/alerts/now');
  const raised = usePages<AlertsAnswer, Raised>('/alerts?limit=50', ({ alerts }) => alerts);
  const [saying, setSaying] = useState<Saying | null>(null);
  const [said, setSaid] = useState<QuietWord | null>(null);
  const words = t.value.alerts;
  const onSay = me.value && mayActAs(me.value.role, 'operator') ? setSaying : null;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <p role="status" class={said === null ? 'visually-hidden' : 'notice'}>
        {said === null ? '' : words.done[said.word](subjectName(said.subject), dayText(said.until, language.value))}
      </p>
      <Loaded asked={now}>
        {(standing) => (
          <>
            <Decisions now={standing} onSay={onSay} />
            <Findings now={standing} onSay={onSay} />
            <Quiet now={standing} onSay={onSay} />
          </>
        )}
      </Loaded>
      <h2 class="section">{words.history}</h2>
      <Loaded asked={raised}>
        {(alerts) =>
          alerts.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <>
              {alerts.map((alert) => (
                <One key={alert.id} alert={alert} />
              ))}
              <More pages={raised} />
              <Downloads path="/alerts" />
            </>
          )
        }
      </Loaded>
      {saying !== null && now.value !== null && (
        <Say
          saying={saying}
          today={now.value.asOf}
          onClose={() => setSaying(null)}
          onSaid={(word) => {
            setSaying(null);
            setSaid(word);
            now.again();
          }}
        />
      )}
    </>
  );
}

interface Parts {
  readonly now: AlertsNow;
  readonly onSay: ((saying: Saying) => void) | null;
}

/** The word that keeps a subject quiet: said of it or of what it lies beneath. */
const wordOn = ({ words }: AlertsNow, subject: string, word: Word): QuietWord | undefined =>
  words.findLast((each) => each.word === word && (subject === each.subject || subject.startsWith(`${each.subject}/`)));

function QuietChip({ now, subject }: { readonly now: AlertsNow; readonly subject: string }) {
  const words = t.value.alerts;
  const [muted, known] = [wordOn(now, subject, 'mute'), wordOn(now, subject, 'ack')];
  const day = ({ until }: QuietWord): string => dayText(until, language.value, Number(now.asOf.slice(0, 4)));
  if (muted) return <Chip tone="calm">{words.isQuiet(day(muted))}</Chip>;
  return known ? <Chip tone="calm">{words.isKnown(day(known))}</Chip> : null;
}

function Deeds({ now, onSay, subject, mayAck }: Parts & { readonly subject: string; readonly mayAck: boolean }) {
  const words = t.value.alerts;
  const possible: readonly Word[] = [
    ...(mayAck && !wordOn(now, subject, 'ack') ? (['ack'] as const) : []),
    ...(wordOn(now, subject, 'mute') ? [] : (['mute'] as const)),
  ];
  if (onSay === null) return null;
  return (
    <span class="actions">
      {possible.map((word) => (
        <button
          key={word}
          type="button"
          aria-label={words.ofWhat(words[word], subjectName(subject))}
          onClick={() => onSay({ word, subject })}
        >
          {words[word]}
        </button>
      ))}
    </span>
  );
}

function Decisions({ now, onSay }: Parts) {
  const words = t.value.alerts;
  if (now.decisions.length === 0) return null;
  const told = ({ pace }: Decision) =>
    pace === null ? (
      '–'
    ) : pace.told === null ? (
      words.toldNone
    ) : (
      <>
        {t.value.states[pace.told.state]} · <Day day={pace.told.on} />
      </>
    );
  return (
    <Card title={words.now}>
      <Table
        label={words.now}
        // What is wrong with the data has a list of its own.
        rows={now.decisions.filter(({ subject }) => subject !== 'data')}
        keyOf={({ subject }) => subject}
        columns={[
          {
            title: words.subject,
            heads: true,
            cell: ({ subject }) => (
              <>
                {subjectName(subject)} <QuietChip now={now} subject={subject} />
              </>
            ),
          },
          {
            title: words.state,
            cell: ({ pace }) =>
              pace?.judged == null ? (
                '–'
              ) : (
                <Chip tone={STATE_TONES[pace.judged.state]}>{t.value.states[pace.judged.state]}</Chip>
              ),
          },
          { title: words.since, cell: ({ pace }) => (pace?.judged == null ? '–' : <Day day={pace.judged.since} />) },
          { title: words.told, cell: told },
          { title: words.decided, cell: ({ decidedFor }) => <Day day={decidedFor} /> },
          ...(onSay === null
            ? []
            : [
                {
                  title: words.deeds,
                  cell: ({ subject, pace }: Decision) => (
                    <Deeds now={now} onSay={onSay} subject={subject} mayAck={pace?.judged?.state === 'behind'} />
                  ),
                },
              ]),
        ]}
      />
    </Card>
  );
}

function Findings({ now, onSay }: Parts) {
  const words = t.value.alerts;
  return (
    <Card title={words.data}>
      {now.open.length === 0 ? (
        <Empty>{words.dataNone}</Empty>
      ) : (
        <Table
          label={words.data}
          rows={now.open}
          keyOf={({ subject }) => subject}
          columns={[
            {
              title: words.subject,
              heads: true,
              cell: ({ subject }) => (
                <>
                  {subject.startsWith('data/held/') ? (
                    <a href={linkTo('files', { status: 'held' })}>{subjectName(subject)}</a>
                  ) : (
                    subjectName(subject)
                  )}{' '}
                  <QuietChip now={now} subject={subject} />
                </>
              ),
            },
            { title: words.since, cell: ({ since }) => <Day day={since} /> },
            { title: words.told, cell: ({ toldOn }) => (toldOn === null ? words.toldNone : <Day day={toldOn} />) },
            ...(onSay === null
              ? []
              : [
                  {
                    title: words.deeds,
                    cell: ({ subject }: AlertsNow['open'][number]) => (
                      <Deeds now={now} onSay={onSay} subject={subject} mayAck={false} />
                    ),
                  },
                ]),
          ]}
        />
      )}
    </Card>
  );
}

function Quiet({ now, onSay }: Parts) {
  const words = t.value.alerts;
  return (
    <Card
      title={words.quiet}
      {...(onSay === null
        ? {}
        : {
            aside: (
              <button type="button" onClick={() => onSay({ word: 'mute', subject: null })}>
                {words.muteMore}
              </button>
            ),
          })}
    >
      <p class="quiet">{words.quietLead}</p>
      {now.words.length === 0 ? (
        <Empty>{words.quietNone}</Empty>
      ) : (
        <Table
          label={words.quiet}
          rows={now.words.map((word, index) => ({ ...word, index }))}
          keyOf={({ index }) => index}
          columns={[
            { title: words.subject, heads: true, cell: ({ subject }) => subjectName(subject) },
            { title: words.word, cell: ({ word }) => words.words[word] },
            { title: words.until, cell: ({ until }) => <Day day={until} /> },
            { title: words.reason, cell: ({ reason }) => <span class="break">{reason}</span> },
            { title: words.by, cell: ({ by }) => by },
            ...(onSay === null
              ? []
              : [
                  {
                    title: words.deeds,
                    cell: ({ subject }: QuietWord) => (
                      <button
                        type="button"
                        aria-label={words.ofWhat(words.unmute, subjectName(subject))}
                        onClick={() => onSay({ word: 'unmute', subject })}
                      >
                        {words.unmute}
                      </button>
                    ),
                  },
                ]),
          ]}
        />
      )}
    </Card>
  );
}

const USUAL_DAYS = 7;

/** Asks an operator why and until when. */
function Say({
  saying: { word, subject },
  today,
  onClose,
  onSaid,
}: {
  readonly saying: Saying;
  readonly today: string;
  readonly onClose: () => void;
  readonly onSaid: (word: QuietWord) => void;
}) {
  const words = t.value.alerts;
  const title = subject === null ? words.muteMore : words.ofWhat(words[word], subjectName(subject));
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words[`${word}Hint`]}</p>
      <Form
        submit={words[word]}
        onCancel={onClose}
        onSend={async ({ reason, until, subject: chosen }) => {
          const body = { subject: subject ?? chosen, reason, ...(until === undefined ? {} : { until }) };
          onSaid(await ask<QuietWord>(`/alerts/${word}`, { method: 'POST', body }));
        }}
      >
        {subject === null && (
          <Choice
            name="subject"
            label={words.subject}
            value="data"
            options={MUTED_KINDS.map((each) => [each, subjectName(each)])}
          />
        )}
        {word !== 'unmute' && (
          <Field label={words.untilLabel}>
            <input name="until" type="date" required min={today} defaultValue={addDays(today, USUAL_DAYS)} />
          </Field>
        )}
        <Field label={words.reasonLabel}>
          <input name="reason" required maxLength={500} />
        </Field>
      </Form>
    </Dialog>
  );
}

function One({ alert: { kind, scope, raisedFor, report, recipients, deliveries } }: { readonly alert: Raised }) {
  const words = t.value.alerts;
  const lang = language.value;
  const title = words.kinds[kind];
  const isOfData = kind === 'data-problem';
  const between = lang === 'zh' ? '；' : '; ';
  return (
    <article class="card alert" aria-label={`${title}, ${raisedFor}`}>
      <header>
        <Chip tone={TONES[kind]}>{title}</Chip>
        <h3>{words.raised(dayText(raisedFor, lang))}</h3>
        {scope !== '' && <span class="quiet">{scopeName(scopeIn(scope))}</span>}
      </header>
      <p>
        <Rounded say={(amount) => words.figures(amount(report.actual), amount(report.goal.amount))} />
        {isOfData && `${between}${words.missing(report.waitingFor.length)}`}
        {!isOfData && report.forecast && `${between}${words.chance(chanceText(report.forecast.chance))}`}
      </p>
      <ul class="recipients">
        {recipients.map((recipient) => {
          const ended = deliveries.find((each) => each.recipient === recipient);
          return (
            <li key={recipient}>
              <span>{recipient}</span>
              <span class="quiet">{words.outcomes[ended?.outcome ?? 'waiting']}</span>
              {ended !== undefined && ended.detail !== '' && (
                <details>
                  <summary>{words.detail}</summary>
                  <code class="break">{ended.detail}</code>
                </details>
              )}
            </li>
          );
        })}
      </ul>
    </article>
  );
}
