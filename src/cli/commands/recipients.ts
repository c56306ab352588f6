import { type Command } from 'commander';
import { z } from 'zod';
import { listRecipients, recordRecipient } from '../../clickhouse/recipients';
import { businessDayAt, yearOf } from '../../domain/calendar';
import { partOf } from '../../domain/goal';
import { RECIPIENT_KINDS, type RecipientKind, type RecipientRule, robotOf } from '../../domain/recipients';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { type Io, table } from '../io';
import { scopeOf } from '../question';
import { decisionOf, type ReasonOption } from './decide';

interface RuleOptions extends ReasonOption {
  readonly kind: string;
  readonly scope: string;
}

/** recipientsAdd tells somebody of a kind of alerts from now on. */
async function recipientsAdd(io: Io, context: Context, recipient: string, options: RuleOptions): Promise<boolean> {
  const rule = ruleOf(context, recipient, options);
  await recordRecipient(context.db, rule, true, decisionOf(options));
  io.answer(rule, () => `${rule.recipient} is told of ${kindText(rule)}`);
  return true;
}

/** recipientsRemove ends what `add` began. */
async function recipientsRemove(io: Io, context: Context, recipient: string, options: RuleOptions): Promise<boolean> {
  const scope = partNamed(options.scope, yearOf(businessDayAt(context.now().getTime())));
  const rule = { recipient: recipient.trim(), kind: kindOf(options.kind), scope };
  const known = await listRecipients(context.db);
  const isThere = (each: RecipientRule): boolean =>
    each.recipient === rule.recipient && each.kind === rule.kind && each.scope === rule.scope;
  if (!known.some(isThere)) {
    throw terminal(
      'nothing-found',
      `${rule.recipient} is not told of ${kindText(rule)} by the table`,
      'See "npx paceline recipients list"; those of ALERT_TO are changed there.',
    );
  }
  await recordRecipient(context.db, rule, false, decisionOf(options));
  io.answer(rule, () => `${rule.recipient} is not told of ${kindText(rule)} any more`);
  return true;
}

/** recipientsList prints who hears of what, and who of the rest. */
async function recipientsList(io: Io, context: Context): Promise<boolean> {
  const rules = await listRecipients(context.db);
  const byDefault = context.settings.alerts.to;
  io.answer({ recipients: rules, byDefault }, () =>
    [
      ...(rules.length === 0
        ? []
        : [
            table(
              ['recipient', 'kind', 'goals'],
              rules.map(({ recipient, kind, scope }) => [recipient, kind, scopeText(scope)]),
              [],
            ),
          ]),
      byDefault.length === 0
        ? 'of the rest nobody is told: ALERT_TO is not set'
        : `of ${rules.length === 0 ? 'everything' : 'the rest'}: ${byDefault.join(', ')} (ALERT_TO)`,
    ].join('\n'),
  );
  return true;
}

function ruleOf({ settings, now }: Context, recipient: string, { kind, scope }: RuleOptions): RecipientRule {
  const name = recipient.trim();
  const robot = robotOf(name);
  if (robot !== null && !settings.alerts.robots.some((known) => known.name === robot)) {
    throw terminal('usage', `there is no robot "${robot}"`, 'Set it up in ALERT_ROBOTS, and name it as it is there.');
  }
  if (robot === null && !z.email().safeParse(name).success) {
    throw terminal('usage', `"${name}" is not a mail address`, 'Write an address, or robot:<name>.');
  }
  return { recipient: name, kind: kindOf(kind), scope: partNamed(scope, yearOf(businessDayAt(now().getTime()))) };
}

/** The scope as goals write it, so that a name that people know finds its goal. */
function partNamed(text: string, year: number): string {
  if (text.trim() === '' || text.trim() === '*') return text.trim();
  const scope = scopeOf(text, year);
  if (scope.month === undefined) return partOf(scope);
  throw terminal('usage', 'nobody is told of the goal of a month: it has no pace', 'Name a league, platform or chain.');
}

function kindOf(text: string): RecipientKind {
  const kind = RECIPIENT_KINDS.find((known) => known === text);
  if (kind === undefined) {
    throw terminal('usage', `"${text}" is no kind of alerts`, `Choose from ${RECIPIENT_KINDS.join(', ')}.`);
  }
  return kind;
}

const scopeText = (scope: string): string => (scope === '' ? 'the region' : scope === '*' ? 'every one' : scope);
const kindText = ({ kind, scope }: RecipientRule): string =>
  `${kind === 'all' ? 'everything' : kind} (${scopeText(scope)})`;

type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;
interface Json {
  readonly json?: boolean;
}

/** addRecipientsCommands adds `recipients add`, `recipients remove` and `recipients list`. */
export function addRecipientsCommands(recipients: Command, run: Run): void {
  const command = (name: string, description: string): Command =>
    recipients.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  const rule = (name: string, description: string): Command =>
    command(name, description)
      .argument('<recipient>', 'a mail address, or robot:<name of ALERT_ROBOTS>')
      .option('--kind <kind>', RECIPIENT_KINDS.join(', '), 'all')
      .option(
        '--scope <goal>',
        'of which goals: none for the region’s, * for every one, else a part of it: league=包头市',
        '',
      )
      .option('--reason <text>', 'why');

  rule('add', 'tell somebody of alerts, instead of ALERT_TO').action(
    async (recipient: string, { json = false, ...options }: Json & RuleOptions) =>
      run(json, (io, context) => recipientsAdd(io, context, recipient, options)),
  );
  rule('remove', 'end what add began').action(
    async (recipient: string, { json = false, ...options }: Json & RuleOptions) =>
      run(json, (io, context) => recipientsRemove(io, context, recipient, options)),
  );
  command('list', 'who hears of what').action(async ({ json = false }: Json) => run(json, recipientsList));
}
