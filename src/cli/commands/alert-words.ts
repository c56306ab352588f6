import { type Command } from 'commander';
import { raisedAlerts } from '../../clickhouse/alerts';
import { deliveriesOf } from '../../clickhouse/deliveries';
import { businessDayAt, type BusinessDay, parseDay } from '../../domain/calendar';
import { type QuietWord } from '../../domain/quiet';
import { type Context } from '../../operations/context';
import { acknowledge, alertsNow, mute, type Saying, unmute } from '../../operations/quiet-alerts';
import { type Io, table } from '../io';
import { decisionOf } from './decide';

/** How far back `alert list` shows what was raised. */
const LISTED_DAYS = 31;

/** alertList prints where the alerts on everything stand, what is muted, and what became of the latest messages. */
async function alertList(io: Io, context: Context): Promise<boolean> {
  const { db, now } = context;
  const [{ asOf, decisions, open, words }, raised] = await Promise.all([
    alertsNow(context),
    raisedAlerts(db, new Date(now().getTime() - LISTED_DAYS * 86_400_000)),
  ]);
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
  io.answer({ asOf, decisions, open, words, alerts }, () =>
    [
      ...(decisions.length + open.length + words.length + alerts.length === 0 ? ['nothing was judged yet'] : []),
      ...decisions.map(({ subject, decidedFor, why }) => `${subject} (${decidedFor}): ${why}`),
      ...(open.length === 0 ? [] : ['', 'wrong with the data:']),
      ...open.map(
        ({ subject, since, toldOn }) => `  ${subject} since ${since}, ${toldOn ? `told ${toldOn}` : 'not told'}`,
      ),
      ...(words.length === 0 ? [] : ['', 'kept quiet:']),
      ...words.map((said) => `  ${wordText(said)}`),
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

/** A word of the command line: what it says of a subject, and how that is told. */
const saying =
  (word: (context: Context, saying: Saying) => Promise<QuietWord>) =>
  async (io: Io, context: Context, subject: string, { until, ...reason }: WordOptions): Promise<boolean> => {
    const today = businessDayAt(context.now().getTime());
    const last = until === undefined ? today : parseDay(until);
    const said = await word(context, { subject, until: last, ...decisionOf(reason) });
    io.answer(said, () => (said.word === 'unmute' ? `${subject} is heard again` : wordText(said)));
    return true;
  };

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
    .action(onSubject(saying(acknowledge)));
  word('mute', 'silence a goal, something wrong with the data, or all that begins so')
    .requiredOption('--until <day>', 'last day on which this holds')
    .action(onSubject(saying(mute)));
  word('unmute', 'end the mutes and acknowledgements of a subject').action(onSubject(saying(unmute)));
}
