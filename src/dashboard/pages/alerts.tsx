import { type AlertsAnswer } from '../answers';
import { useAsked } from '../api';
import { dayText, shortAmount } from '../format';
import { Chip, Empty, Loaded, type Tone } from '../parts';
import { language, t } from '../settings';

type Raised = AlertsAnswer['alerts'][number];
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

/** Alerts lists every alert that was raised, on which figures, and how its mails ended. */
export function Alerts() {
  const asked = useAsked<AlertsAnswer>('/alerts');
  const words = t.value.alerts;
  return (
    <>
      <div class="lead">
        <h1>{words.title}</h1>
        <p class="quiet">{words.lead}</p>
      </div>
      <Loaded asked={asked}>
        {({ alerts }) =>
          alerts.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            alerts.map((alert) => <One key={alert.id} alert={alert} />)
          )
        }
      </Loaded>
    </>
  );
}

function One({ alert: { kind, scope, raisedFor, report, recipients, deliveries } }: { readonly alert: Raised }) {
  const words = t.value.alerts;
  const lang = language.value;
  const amount = (yuan: string): string => shortAmount(yuan, lang);
  const title = words.kinds[kind];
  const isOfData = kind === 'data-problem';
  return (
    <article class="card alert" aria-label={`${title}, ${raisedFor}`}>
      <header>
        <Chip tone={TONES[kind]}>{title}</Chip>
        <h2>{words.raised(dayText(raisedFor, lang))}</h2>
        {scope !== '' && <span class="quiet">{scope}</span>}
      </header>
      <p>
        {[
          words.figures(amount(report.actual), amount(report.goal.amount)),
          ...(isOfData ? [words.missing(report.waitingFor.length)] : []),
          ...(!isOfData && report.forecast
            ? [
                words.chance(
                  report.forecast.chance < 0.01
                    ? t.value.overview.certainlyNot
                    : t.value.percent(report.forecast.chance),
                ),
              ]
            : []),
        ].join(lang === 'zh' ? '；' : '; ')}
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
