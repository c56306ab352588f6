import { type Command } from 'commander';
import { listChains, replaceChains } from '../../clickhouse/chains';
import { type Chain } from '../../domain/chains';
import { businessDayAt, parseDay } from '../../domain/calendar';
import { LEAGUES, leagueNamed } from '../../domain/leagues';
import { type ShopStatement, type ShopTraits, TRAITS, traitsOn, versionsOf } from '../../domain/shop-register';
import { terminal } from '../../errors';
import { readChains } from '../../intake/read-register';
import { type Context } from '../../operations/context';
import { importShops, type RegisterChange, sayOfShop, shopsOf } from '../../operations/register-shops';
import { platformIdOf } from '../../platforms/registry';
import { type Io, table, writeOutput } from '../io';
import { shopsCsv } from '../shops-csv';

/** What can be said of a shop on the command line, as it was typed. */
export interface ShopOptions {
  readonly league?: string;
  readonly chain?: string;
  readonly brand?: string;
  readonly kind?: string;
  readonly retail?: string;
  readonly rural?: string;
  readonly agricultural?: string;
  readonly liveStream?: string;
  readonly from?: string;
  readonly restate?: boolean;
}

/** shopsSet says something of one shop, from a day on; what it does not name stays as it is. */
export async function shopsSet(
  io: Io,
  context: Context,
  [platform, shop]: readonly [platform: string, shop: string],
  options: ShopOptions,
): Promise<boolean> {
  const id = platformIdOf(platform);
  if (id === null) throw terminal('usage', `"${platform}" is not a platform`, 'Write its id, such as 1688 or douyin.');
  if (shop.trim() === '') throw terminal('usage', 'the shop has no name', 'Name it as files are handed in under it.');
  const traits = await traitsFrom(context, options);
  if (Object.keys(traits).length === 0) {
    throw terminal('usage', 'nothing is said of the shop', 'Say something, such as --league or --retail.');
  }
  const validFrom = options.from === undefined ? businessDayAt(context.now().getTime()) : parseDay(options.from);
  const said = await sayOfShop(
    context,
    { platform: id, shop: shop.trim(), validFrom },
    { traits, restate: options.restate ?? false },
  );
  io.answer({ shop: statementJson(said) }, () =>
    [`${said.shop} on ${said.platform}, from ${dayText(said.validFrom)}:`, ...traitLines(said)].join('\n'),
  );
  return true;
}

const ANSWERS = ['yes', 'no', 'unknown'] as const;
const KINDS = ['goods', 'services', 'unknown'] as const;

function choiceOf<Choice extends string>(
  option: string,
  text: string | undefined,
  choices: readonly Choice[],
): Exclude<Choice, 'unknown'> | '' | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw terminal('usage', `--${option} is ${choices.join(', ')}, not "${text}"`);
  return choice === 'unknown' ? '' : (choice as Exclude<Choice, 'unknown'>);
}

async function traitsFrom(context: Context, options: ShopOptions): Promise<Partial<ShopTraits>> {
  const name = (text: string | undefined): string | undefined => (text === 'unknown' ? '' : text?.trim());
  const chain = name(options.chain);
  if (chain !== undefined && chain !== '') await refuseUnknownChain(context, chain);
  const traits = {
    league: leagueArgument(name(options.league)),
    chain,
    brand: name(options.brand),
    kind: choiceOf('kind', options.kind, KINDS),
    retail: choiceOf('retail', options.retail, ANSWERS),
    rural: choiceOf('rural', options.rural, ANSWERS),
    agricultural: choiceOf('agricultural', options.agricultural, ANSWERS),
    liveStream: choiceOf('live-stream', options.liveStream, ANSWERS),
  };
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
}

function leagueArgument(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return text;
  const league = leagueNamed(text);
  if (league === null) throw terminal('usage', `"${text}" is not a league`, `Choose from ${LEAGUES.join('、')}.`);
  return league;
}

async function refuseUnknownChain({ db }: Context, chain: string): Promise<void> {
  const chains = await listChains(db);
  if (chains.some((known) => known.chain === chain)) return;
  throw terminal(
    'usage',
    `"${chain}" is not in the table of chains`,
    chains.length === 0
      ? 'There is none yet: npx paceline chains import <csv>'
      : `Choose from ${chains.map((known) => known.chain).join('、')}, or import a table that has it.`,
  );
}

/** shopsImport takes a csv of shops into the register, all of it or nothing. */
export async function shopsImport(
  io: Io,
  context: Context,
  path: string,
  { restate = false }: { readonly restate?: boolean },
): Promise<boolean> {
  const { changes, unchanged, silent } = await importShops(context, { path, restate });
  io.answer({ changed: changes.map(changeJson), unchanged, withoutFiles: silent }, () =>
    [
      ...(changes.length === 0 ? [] : [changesTable(changes), '']),
      `${changes.length} shops changed, ${unchanged} as they were`,
      ...(silent.length === 0
        ? []
        : [
            `no file has come yet of ${silent.length} of them: ${silent
              .slice(0, 5)
              .map(({ platform, shop }) => `${platform} / ${shop}`)
              .join(', ')}${silent.length > 5 ? ' …' : ''}`,
          ]),
    ].join('\n'),
  );
  return true;
}

const changeJson = ({ platform, shop, from }: RegisterChange): unknown => ({ platform, shop, from });

function changesTable(changes: readonly RegisterChange[]): string {
  return table(
    ['platform', 'shop', 'figures change from'],
    changes.map(({ platform, shop, from }) => [platform, shop, dayText(from)]),
    [],
  );
}

/** shopsList prints what holds of each shop today, or writes the register with all its days as the csv that is imported. */
export async function shopsList(
  io: Io,
  context: Context,
  { export: out }: { readonly export?: string },
): Promise<boolean> {
  const today = businessDayAt(context.now().getTime());
  const histories = await shopsOf(context);
  const versions = histories.flatMap(({ statements }) => versionsOf(statements));
  if (out !== undefined) await writeOutput(out, shopsCsv(versions));
  const shops = histories.map(({ platform, shop, statements }) => ({ platform, shop, ...traitsOn(statements, today) }));
  io.answer({ shops: shops.map(shopJson), versions: versions.map(statementJson) }, () => {
    if (out !== undefined) return `${versions.length} rows of ${shops.length} shops written to ${out}`;
    if (shops.length === 0) return 'no shop is registered: npx paceline shops import <csv>';
    return table(
      ['platform', 'shop', ...TRAITS.map(labelOf)],
      shops.map((shop) => [shop.platform, shop.shop, ...TRAITS.map((trait) => shop[trait] || '-')]),
      [],
    );
  });
  return true;
}

const labelOf = (trait: keyof ShopTraits): string => (trait === 'liveStream' ? 'live-stream' : trait);
const dayText = (day: string): string => (day === '1970-01-01' ? 'the beginning' : day);
const traitLines = (traits: ShopTraits): string[] =>
  TRAITS.map((trait) => `  ${labelOf(trait).padEnd(13)} ${traits[trait] || 'unknown'}`);

/** What is not known is null. */
function shopJson(shop: ShopTraits & { readonly platform: string; readonly shop: string }): Record<string, unknown> {
  const { platform, shop: name } = shop;
  return {
    platform,
    shop: name,
    ...Object.fromEntries(TRAITS.map((trait) => [trait, shop[trait] === '' ? null : shop[trait]])),
  };
}

const statementJson = (statement: ShopStatement): unknown => ({
  ...shopJson(statement),
  validFrom: statement.validFrom,
});

/** chainsImport puts a csv of industry chains in the place of the table that holds. */
export async function chainsImport(io: Io, { db, now }: Context, path: string): Promise<boolean> {
  const chains = await readChains(path);
  const dropped = (await listChains(db)).filter(({ chain }) => !chains.some((kept) => kept.chain === chain));
  await replaceChains(db, chains, now());
  const clusters = new Set(chains.map(({ cluster }) => cluster)).size;
  io.answer({ chains, dropped }, () =>
    [
      `${chains.length} chains in ${clusters} clusters`,
      ...(dropped.length === 0
        ? []
        : [`no longer in it, their cluster is unknown from now on: ${dropped.map(({ chain }) => chain).join('、')}`]),
    ].join('\n'),
  );
  return true;
}

/** chainsList prints the table of industry chains. */
export async function chainsList(io: Io, { db }: Context): Promise<boolean> {
  const chains: Chain[] = await listChains(db);
  io.answer({ chains }, () =>
    chains.length === 0
      ? 'there is no table of chains yet: npx paceline chains import <csv>'
      : table(
          ['cluster', 'chain'],
          chains.map(({ cluster, chain }) => [cluster, chain]),
          [],
        ),
  );
  return true;
}

/** What runs a command with a store and sets the exit code. */
type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;

interface JsonOption {
  readonly json?: boolean;
}

const command = (of: Command, name: string, description: string): Command =>
  of.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');

/** addShopsCommands adds the register: `shops import`, `shops set`, `shops list`. */
export function addShopsCommands(shops: Command, run: Run): void {
  command(shops, 'import', 'take a csv of shops into the register, all of it or nothing')
    .argument('<csv>', 'columns platform, shop, valid from, and any of league, chain, brand, kind, retail, rural …')
    .option('--restate', 'the first row of each shop holds for all days before it too')
    .action(async (path: string, { json = false, ...options }: JsonOption & { restate?: boolean }) =>
      run(json, (io, context) => shopsImport(io, context, path, options)),
    );
  command(shops, 'set', 'say something of one shop, from a day on; what is not named stays as it is')
    .argument('<platform>', 'such as 1688')
    .argument('<shop>', 'as files are handed in under it')
    .option('--league <name>', 'league or city')
    .option('--chain <name>', 'industry chain, of the table of chains')
    .option('--brand <name>')
    .option('--kind <kind>', 'goods, services')
    .option('--retail <answer>', 'yes, no: sells to consumers, so that its exports count on a wholesale platform')
    .option('--rural <answer>', 'yes, no')
    .option('--agricultural <answer>', 'yes, no')
    .option('--live-stream <answer>', 'yes, no')
    .option('--from <day>', 'the first day that it holds for (default: today)')
    .option('--restate', 'it holds for all days')
    .action(async (platform: string, shop: string, { json = false, ...options }: JsonOption & ShopOptions) =>
      run(json, (io, context) => shopsSet(io, context, [platform, shop], options)),
    );
  command(shops, 'list', 'what holds of each shop today')
    .option('--export <csv>', 'write the whole register, all its days, as the csv that is imported')
    .action(async ({ json = false, ...options }: JsonOption & { export?: string }) =>
      run(json, (io, context) => shopsList(io, context, options)),
    );
}

/** addChainsCommands adds the table of chains: `chains import`, `chains list`. */
export function addChainsCommands(chains: Command, run: Run): void {
  command(chains, 'import', 'put a csv of chains in the place of the table that holds')
    .argument('<csv>', 'columns cluster, chain')
    .action(async (path: string, { json = false }: JsonOption) =>
      run(json, (io, context) => chainsImport(io, context, path)),
    );
  command(chains, 'list', 'the table of industry chains').action(async ({ json = false }: JsonOption) =>
    run(json, chainsList),
  );
}
