import { type Command } from 'commander';
import { alertWords, recordWord } from '../../clickhouse/alert-words';
import { DATA, lastDecisions, raisedAlerts, standingOf } from '../../clickhouse/alerts';
import { deliveriesOf } from '../../clickhouse/deliveries';
import { ALERT_TOPICS } from '../../domain/alert';
import { businessDayAt, type BusinessDay, parseDay } from '../../domain/calendar';
import { type PaceStanding } from '../../domain/pace-alerts';
import { isWithin, type QuietWord, wordsInForce } from '../../domain/quiet';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { type Io, table } from '../io';
import { decisionOf } from './decide';

/** How far back `alert list` shows what was raised. */
const LISTED_DAYS = 31;

/** alertList prints where the alerts on everything stand, what is muted, and what became of the latest messages. */
async function alertList(io: Io, context: Context): Promise<boolean> {
  const { db, now } = context;
  const today = businessDayAt(now().getTime());
  const [decisions, data, words, raised] = await Promise.all([
    lastDecisions(db),
    standingOf(db, DATA),
    alertWords(db),
    raisedAlerts(db, new Date(now().getTime() - LISTED_DAYS * 86_400_000)),
  ]);
  const open = (data?.standing.known ?? []).filter(({ goneSince }) => goneSince === null);
  const inForce = wordsInForce(words, today);
  const deliveries = await deliveriesOf(
    db,
    raised.map(({ alert }) => alert.id),
  );
  const alerts = raised.map(({ alert: { id, kind, raisedFor }, recipients }) => ({
    id,
    kind,
    raisedFor,
    recipients: recipients.map((recipient) => {
      const ended = deliveries.find((each) => each.alertId === id && each.recipient === recipient);
      return { recipient, outcome: ended?.outcome ?? 'waiting', detail: ended?.detail ?? '' };
    }),
  }));
  io.answer({ asOf: today, decisions, open, words: inForce, alerts }, () =>
    [
      ...decisions.map(({ subject, decidedFor, why }) => `${subject} (${decidedFor}): ${why}`),
      ...(open.length === 0 ? [] : ['', 'wrong with the data:']),
      ...open.map(
        ({ subject, since, toldOn }) => `  ${subject} since ${since}, ${toldOn ? `told ${toldOn}` : 'not told'}`,
      ),
      ...(inForce.length === 0 ? [] : ['', 'kept quiet:']),
      ...inForce.map((said) => `  ${wordText(said)}`),
      ...(alerts.length === 0 ? [] : ['', deliveriesTable(alerts)]),
    ].join('\n'),
  );
  return true;
}

function deliveriesTable(
  alerts: readonly {
    readonly kind: string;
    readonly raisedFor: BusinessDay;
    readonly recipients: readonly { readonly recipient: string; readonly outcome: string; readonly detail: string }[];
  }[],
): string {
  return table(
    ['raised for', 'kind', 'recipient', 'outcome', 'detail'],
    alerts.flatMap(({ kind, raisedFor, recipients }) =>
      recipients.map(({ recipient, outcome, detail }) => [raisedFor, kind, recipient, outcome, detail]),
    ),
    [],
  );
}

const wordText = ({ word, subject, until, by, reason }: QuietWord): string =>
  `${subject}: ${word} by ${by} until ${until}: ${reason}`;

interface WordOptions {
  readonly reason: string;
  readonly until?: string;
}

/** Acknowledges that a goal is behind: no reminders of this spell until a day. */
async function alertAck(io: Io, context: Context, subject: string, options: WordOptions): Promise<boolean> {
  const standing = (await standingOf<PaceStanding>(context.db, { key: subject }))?.standing;
  if (!subject.startsWith('pace/') || standing?.judged?.state !== 'behind') {
    throw terminal(
      'alert-state',
      `${subject} is not a goal that is behind, so there are no reminders to stop`,
      'Goals stand in "npx paceline alert list"; "npx paceline alert mute" silences anything else.',
    );
  }
  return await say(io, context, 'ack', subject, options, standing.judged.since);
}

/** Silences a subject and all beneath it until a day. */
async function alertMute(io: Io, context: Context, subject: string, options: WordOptions): Promise<boolean> {
  if (!ALERT_TOPICS.some((topic) => isWithin(subject, topic))) {
    throw terminal(
      'usage',
      `"${subject}" is nothing that alerts are about`,
      'Take one from "npx paceline alert list", or its beginning: pace, data, data/missing, report/week.',
    );
  }
  return await say(io, context, 'mute', subject, options, null);
}

/** Ends the mutes and acknowledgements of a subject and of all beneath it. */
async function alertUnmute(io: Io, context: Context, subject: string, options: WordOptions): Promise<boolean> {
  const inForce = wordsInForce(await alertWords(context.db), businessDayAt(context.now().getTime()));
  if (!inForce.some((said) => isWithin(said.subject, subject))) {
    throw terminal(
      'alert-state',
      `nothing keeps ${subject} quiet by that name`,
      'What is kept quiet stands in "npx paceline alert list"; name it as it is there.',
    );
  }
  return await say(io, context, 'unmute', subject, options, null);
}

async function say(
  io: Io,
  context: Context,
  word: QuietWord['word'],
  subject: string,
  options: WordOptions,
  spell: BusinessDay | null,
): Promise<boolean> {
  const today = businessDayAt(context.now().getTime());
  const until = options.until === undefined ? today : parseDay(options.until);
  if (until < today) throw terminal('usage', `${until} is over`, 'Give the last day on which it holds as --until.');
  const said: QuietWord = { word, subject, spell, from: today, until, ...decisionOf(options) };
  if (said.reason === '') throw terminal('usage', '--reason is blank', 'Say why: it is shown to whoever asks.');
  await recordWord(context.db, said);
  io.answer(said, () => (word === 'unmute' ? `${subject} is heard again` : wordText(said)));
  return true;
}

type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;

/** addAlertCommands adds `alert list`, `alert ack`, `alert mute` and `alert unmute` beneath `alert`. */
export function addAlertCommands(alert: Command, run: Run): void {
  const command = (name: string, description: string): Command =>
    alert.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  // --json is an option of `alert` as well, which takes it first: both are asked.
  const asksJson = (called: Command): boolean => called.optsWithGlobals<{ json?: boolean }>().json ?? false;
  const onSubject =
    (use: (io: Io, context: Context, subject: string, options: WordOptions) => Promise<boolean>) =>
    async (subject: string, options: WordOptions, called: Command): Promise<void> =>
      run(asksJson(called), (io, context) => use(io, context, subject, options));
  const word = (name: string, description: string): Command =>
    command(name, description)
      .argument('<subject>', 'as "paceline alert list" shows it')
      .requiredOption('--reason <text>', 'why');

  command('list', 'where alerts stand, what is kept quiet, and what became of the latest messages').action(
    async (_: unknown, called: Command) => run(asksJson(called), alertList),
  );
  word('ack', 'acknowledge that a goal is behind: no reminders of it')
    .requiredOption('--until <day>', 'last day on which this holds')
    .action(onSubject(alertAck));
  word('mute', 'silence a goal, something wrong with the data, or all that begins so')
    .requiredOption('--until <day>', 'last day on which this holds')
    .action(onSubject(alertMute));
  word('unmute', 'end the mutes and acknowledgements of a subject').action(onSubject(alertUnmute));
}
