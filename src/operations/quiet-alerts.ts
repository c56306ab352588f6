import { alertWords, recordWord } from '../clickhouse/alert-words';
import { DATA, type LastDecision, lastDecisions, standingOf } from '../clickhouse/alerts';
import { ALERT_TOPICS } from '../domain/alert';
import { type BusinessDay, businessDayAt } from '../domain/calendar';
import { type KnownFinding } from '../domain/data-alerts';
import { type PaceStanding } from '../domain/pace-alerts';
import { isWithin, type QuietWord, wordsInForce } from '../domain/quiet';
import { terminal } from '../errors';
import { type Context } from './context';

/** AlertsNow is where the alerts on everything stand on a day, and what is kept quiet. */
export interface AlertsNow {
  readonly asOf: BusinessDay;
  /** What was decided last on each subject; `pace` where the subject is the pace of a goal. */
  readonly decisions: readonly (LastDecision & { readonly pace: PaceStanding | null })[];
  /** What is wrong with the data and is still so. */
  readonly open: readonly KnownFinding[];
  /** Words in force. */
  readonly words: readonly QuietWord[];
}

/** alertsNow reads where alerts stand today. */
export async function alertsNow({ db, now }: Context): Promise<AlertsNow> {
  const asOf = businessDayAt(now().getTime());
  const [decisions, data, words] = await Promise.all([lastDecisions(db), standingOf(db, DATA), alertWords(db)]);
  return {
    asOf,
    decisions: await Promise.all(
      decisions.map(async (decision) => ({
        ...decision,
        pace: isWithin(decision.subject, 'pace')
          ? ((await standingOf<PaceStanding>(db, { key: decision.subject }))?.standing ?? null)
          : null,
      })),
    ),
    open: (data?.standing.known ?? []).filter(({ goneSince }) => goneSince === null),
    words: wordsInForce(words, asOf),
  };
}

/** What an operator says of a subject: until which day it holds, who says it, and why. */
export interface Saying {
  readonly subject: string;
  readonly until: BusinessDay;
  readonly by: string;
  readonly reason: string;
}

/**
 * acknowledge says that a goal is known to be behind: no reminders of this spell.
 * @throws PipelineError `alert-state` when the subject is no goal that is behind, `usage` as say does
 */
export async function acknowledge(context: Context, saying: Saying): Promise<QuietWord> {
  const { subject } = saying;
  const standing = (await standingOf<PaceStanding>(context.db, { key: subject }))?.standing;
  if (!isWithin(subject, 'pace') || standing?.judged?.state !== 'behind') {
    throw terminal(
      'alert-state',
      `${subject} is not a goal that is behind, so there are no reminders to stop`,
      'Goals stand in the list of alerts; anything else is silenced by muting it.',
    );
  }
  return await say(context, 'ack', saying, standing.judged.since);
}

/** mute silences a subject and all beneath it. @throws PipelineError `usage` for what no alert is about */
export async function mute(context: Context, saying: Saying): Promise<QuietWord> {
  if (!ALERT_TOPICS.some((topic) => isWithin(saying.subject, topic))) {
    throw terminal(
      'usage',
      `"${saying.subject}" is nothing that alerts are about`,
      'Take a subject from the list of alerts, or its beginning: pace, data, data/missing, report/week.',
      { parameter: 'subject' },
    );
  }
  return await say(context, 'mute', saying, null);
}

/** unmute ends the mutes and acknowledgements of a subject and of all beneath it. @throws PipelineError `alert-state` */
export async function unmute(context: Context, saying: Omit<Saying, 'until'>): Promise<QuietWord> {
  const today = businessDayAt(context.now().getTime());
  const inForce = wordsInForce(await alertWords(context.db), today);
  if (!inForce.some((said) => isWithin(said.subject, saying.subject))) {
    throw terminal(
      'alert-state',
      `nothing keeps ${saying.subject} quiet by that name`,
      'What is kept quiet stands in the list of alerts; name it as it is there.',
    );
  }
  return await say(context, 'unmute', { ...saying, until: today }, null);
}

async function say(
  context: Context,
  word: QuietWord['word'],
  { subject, until, by, reason }: Saying,
  spell: BusinessDay | null,
): Promise<QuietWord> {
  const from = businessDayAt(context.now().getTime());
  if (until < from) {
    const advice = 'Give the last day on which it holds: today or later.';
    throw terminal('usage', `${until} is over`, advice, { parameter: 'until' });
  }
  if (reason.trim() === '') {
    throw terminal('usage', 'the reason is blank', 'Say why: it is shown to whoever asks.', { parameter: 'reason' });
  }
  const said: QuietWord = { word, subject, spell, from, until, by, reason: reason.trim() };
  await recordWord(context.db, said);
  return said;
}
