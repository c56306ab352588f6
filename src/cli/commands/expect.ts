import { type Command } from 'commander';
import { acceptDays, setExpectation } from '../../clickhouse/expectations';
import { addDays, businessDayAt, eachDay, firstDay, parseDay, yearOf } from '../../domain/calendar';
import { dayState, type ExpectedShop, nextDue } from '../../domain/completeness';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { readExpectedShops } from '../../operations/expected-exports';
import { PLATFORMS } from '../../platforms/registry';
import { type Io, table } from '../io';
import { decisionOf, type ReasonOption } from './decide';

type Shop = readonly [platform: string, shop: string];

interface SetOptions extends ReasonOption {
  readonly every: string;
  readonly since?: string;
}

interface AcceptOptions extends ReasonOption {
  readonly from: string;
  readonly to?: string;
}

/** Longer than any export covers. */
const LONGEST = 366;

/** expectSet says how often a shop reports, or that it does not any more. */
async function expectSet(io: Io, context: Context, shop: Shop, options: SetOptions): Promise<boolean> {
  const place = placeOf(shop);
  const everyDays = options.every === 'none' ? null : Number(options.every);
  if (everyDays !== null && !(Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= LONGEST)) {
    throw terminal(
      'usage',
      `--every is a number of days from 1 to ${LONGEST}, or none, not "${options.every}"`,
      'Write 1 for a daily export, 7 for a weekly one, none for a shop that does not report any more.',
    );
  }
  const since = options.since === undefined ? null : parseDay(options.since);
  await setExpectation(context.db, { ...place, everyDays, since }, decisionOf(options), context.now());
  io.answer({ ...place, everyDays, since }, () => {
    const from = since === null ? '' : ` from ${since} on`;
    const what = everyDays === null ? 'is not expected any more' : `is expected ${everyText(everyDays)}`;
    return `${place.shop} on ${place.platform} ${what}${from}`;
  });
  return true;
}

/** expectAccept says that nothing will come for some days of a shop, which are complete all the same. */
async function expectAccept(io: Io, context: Context, shop: Shop, options: AcceptOptions): Promise<boolean> {
  const place = placeOf(shop);
  const first = parseDay(options.from);
  const last = parseDay(options.to ?? options.from);
  if (last < first) throw terminal('usage', `${last} is before ${first}`, 'Give the earlier day as --from.');
  await acceptDays(context.db, { ...place, first, last }, decisionOf(options), context.now());
  const days = first === last ? first : `${first} to ${last}`;
  io.answer({ ...place, from: first, to: last }, () => `nobody waits for ${place.shop} on ${place.platform}: ${days}`);
  return true;
}

/** expectList prints what is expected of every shop, and when. */
async function expectList(io: Io, context: Context): Promise<boolean> {
  const today = businessDayAt(context.now().getTime());
  const shops = await readExpectedShops(context, firstDay(yearOf(today)));
  const lines = shops.map((shop) => ({
    platform: shop.platform,
    shop: shop.shop,
    everyDays: shop.everyDays,
    source: shop.source,
    from: shop.from,
    until: shop.until,
    deliveredTo: shop.last,
    nextDue: nextDue(shop),
    state: stateOf(shop, today),
  }));
  io.answer({ asOf: today, shops: lines }, () =>
    lines.length === 0
      ? 'no shop has delivered anything yet, and none is expected'
      : table(
          ['platform', 'shop', 'expected', 'known from', 'delivered to', 'next due', 'state'],
          lines.map((line) => [
            line.platform,
            line.shop,
            line.everyDays === null ? `not since ${line.until ?? ''}` : everyText(line.everyDays),
            SOURCES[line.source],
            line.deliveredTo ?? 'never',
            line.nextDue ?? '-',
            line.state,
          ]),
          [],
        ),
  );
  return true;
}

const SOURCES: Readonly<Record<ExpectedShop['source'], string>> = {
  set: 'an operator',
  learned: 'its exports',
  assumed: 'nothing yet',
};

/** everyText says how often. */
export function everyText(days: number): string {
  return days === 1 ? 'daily' : days === 7 ? 'weekly' : `every ${days} days`;
}

function stateOf(shop: ExpectedShop, today: string): 'late' | 'gaps' | 'in time' {
  const after = shop.last === null ? shop.from : addDays(shop.last, 1);
  if (eachDay(after, addDays(today, -1)).some((day) => dayState(shop, day, today) === 'late')) return 'late';
  return [...shop.gaps].some((day) => dayState(shop, day, today) === 'gap') ? 'gaps' : 'in time';
}

function placeOf([platform, shop]: Shop): { readonly platform: string; readonly shop: string } {
  if (!PLATFORMS.some(({ id }) => id === platform)) {
    const known = PLATFORMS.map(({ id }) => id).join(', ');
    throw terminal('usage', `"${platform}" is not a platform`, `Choose from ${known}.`);
  }
  if (shop.trim() === '') throw terminal('usage', 'the shop has no name', 'Name it as files are handed in under it.');
  return { platform, shop: shop.trim() };
}

type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;
interface Json {
  readonly json?: boolean;
}

/** addExpectCommands adds `expect set`, `expect accept` and `expect list`. */
export function addExpectCommands(expect: Command, run: Run): void {
  const command = (name: string, description: string): Command =>
    expect.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  const ofShop = (name: string, description: string): Command =>
    command(name, description)
      .argument('<platform>', 'such as douyin')
      .argument('<shop>', 'as its files name it, or are handed in under it')
      .option('--reason <text>', 'why');

  ofShop('set', 'say how often a shop reports, instead of what is learned from its exports')
    .requiredOption('--every <days|none>', '1 daily, 7 weekly; none: it does not report any more')
    .option('--since <day>', 'from this business day on (default: its first export; with none: today)')
    .action(async (platform: string, shop: string, { json = false, ...options }: Json & SetOptions) =>
      run(json, (io, context) => expectSet(io, context, [platform, shop], options)),
    );
  ofShop('accept', 'say that nothing will come for some days of a shop: it was closed, or sold nothing')
    .requiredOption('--from <day>')
    .option('--to <day>', 'default: the one day')
    .action(async (platform: string, shop: string, { json = false, ...options }: Json & AcceptOptions) =>
      run(json, (io, context) => expectAccept(io, context, [platform, shop], options)),
    );
  command('list', 'what is expected of every shop, and when').action(async ({ json = false }: Json) =>
    run(json, expectList),
  );
}
