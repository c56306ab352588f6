import { type Command } from 'commander';
import { listShops, registerShop } from '../../clickhouse/shops';
import { terminal } from '../../errors';
import { type Context } from '../../operations/context';
import { PLATFORMS } from '../../platforms/registry';
import { type Io, table } from '../io';

/** shopsSet registers a shop as selling retail or not; it holds for files that are handed in from now on. */
export async function shopsSet(
  io: Io,
  context: Context,
  [platform, shop]: readonly [platform: string, shop: string],
  options: { readonly retail: string },
): Promise<boolean> {
  if (!PLATFORMS.some(({ id }) => id === platform)) {
    throw terminal(
      'usage',
      `"${platform}" is not a platform`,
      `Choose from ${PLATFORMS.map(({ id }) => id).join(', ')}.`,
    );
  }
  if (shop.trim() === '') throw terminal('usage', 'the shop has no name', 'Name it as files are handed in under it.');
  if (!['yes', 'no'].includes(options.retail)) {
    throw terminal(
      'usage',
      `--retail is yes or no, not "${options.retail}"`,
      'Say whether the shop sells to consumers.',
    );
  }
  const entry = { platform, shop: shop.trim(), retail: options.retail === 'yes' };
  await registerShop(context.db, entry, context.now());
  io.answer({ shop: entry }, () => `${entry.shop} on ${platform}: ${entry.retail ? 'retail' : 'no retail'}`);
  return true;
}

/** shopsList prints the register. */
export async function shopsList(io: Io, context: Context): Promise<boolean> {
  const shops = await listShops(context.db);
  io.answer({ shops }, () =>
    shops.length === 0
      ? 'no shop is registered; only shops on wholesale platforms (1688) need it, if they sell retail'
      : table(
          ['platform', 'shop', 'retail'],
          shops.map(({ platform, shop, retail }) => [platform, shop, retail ? 'yes' : 'no']),
          [],
        ),
  );
  return true;
}

/** What runs a command with a store and sets the exit code. */
type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;

/** addShopsCommands adds `shops set` and `shops list`. */
export function addShopsCommands(paceline: Command, run: Run): void {
  const shops = paceline.command('shops').description('the register of shops');
  shops
    .command('set')
    .description('say whether a shop on a wholesale platform sells retail, so that its exports count')
    .argument('<platform>', 'such as 1688')
    .argument('<shop>', 'as files are handed in under it')
    .requiredOption('--retail <yes|no>')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .action(async (platform: string, shop: string, { json = false, retail }: { json?: boolean; retail: string }) =>
      run(json, (io, context) => shopsSet(io, context, [platform, shop], { retail })),
    );
  shops
    .command('list')
    .description('the shops that are registered')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .action(async ({ json = false }: { json?: boolean }) => run(json, shopsList));
}
