import { recordAlike, sharedOrders } from '../clickhouse/queries/orders-elsewhere';
import { earlierVolumes } from '../clickhouse/queries/volumes';
import { type Staged } from '../clickhouse/loading/stage';
import { type Decision, type RowAccount } from '../domain/order-file';
import { judgeVolume } from '../domain/usual';
import { type PipelineError, terminal } from '../errors';
import { rowsNameShops } from '../platforms/registry';
import { type Context } from './context';

/** What is to be judged: a file's staged rows and what is known of it. */
interface StagedFile {
  readonly platform: string;
  readonly layout: string;
  readonly shops: readonly string[];
  /** Asia/Shanghai wall clock. */
  readonly snapshotAt: string | null;
  readonly staged: Staged;
  /** The file that it is to replace. */
  readonly replaces: string | undefined;
}

/** withoutOrders is the refusal of a file of which no row is an order: it must not pass for a shop that sold nothing. */
export function withoutOrders(path: string, { rejected }: RowAccount): PipelineError {
  return rejected > 0
    ? terminal(
        'no-orders',
        `${path}: none of its ${rejected} rows can be read, so there are no orders in it`,
        'See "npx paceline rejects <fileId>" for the lines and reasons; export the file again or have it mended.',
        { path, rejected },
      )
    : terminal(
        'no-orders',
        `${path} has a header but no orders`,
        'Export again over a period in which the shop sold something.',
        { path },
      );
}

const DECIDE =
  'If it is right all the same, "npx paceline files release <fileId>" commits it; else "npx paceline files refuse <fileId>".';

/**
 * judgeStaged says why a file should wait for an operator although it can be loaded; null when nothing speaks against it.
 */
export async function judgeStaged(context: Context, path: string, file: StagedFile): Promise<PipelineError | null> {
  const rejects = tooManyRejects(context, path, file.staged.rows);
  if (rejects) return rejects;
  const { suffix, days } = file.staged;
  const [otherShop, volume] = await Promise.all([
    ofOtherShop(context, path, { ...file, suffix, days }),
    unusual(context, path, file),
  ]);
  return otherShop ?? volume;
}

function tooManyRejects({ settings }: Context, path: string, rows: RowAccount): PipelineError | null {
  const counted = rows.loaded + rows.rejected;
  if (counted === 0 || rows.rejected / counted <= settings.maxRejectShare) return null;
  return terminal(
    'rejects-over-limit',
    `${path}: ${rows.rejected} of ${counted} rows cannot be read, more than the ${settings.maxRejectShare * 100} % allowed`,
    `See "npx paceline rejects <fileId>" for the lines and reasons. ${DECIDE}`,
    { path, rejected: rows.rejected, rows: counted },
  );
}

/** Where the rows of a file are staged, and of what it is. */
type Sold = Pick<StagedFile, 'platform' | 'layout' | 'shops'> & Pick<Staged, 'suffix' | 'days'>;

/**
 * judgeReleased looks whether the orders of a file that somebody releases are counted under another shop, unless it was
 * held for that: then the release says that the shops number their orders alike, which is written down.
 */
export async function judgeReleased(
  context: Context,
  path: string,
  file: Sold & { readonly heldFor: string; readonly decision: Decision },
): Promise<PipelineError | null> {
  if (file.heldFor !== 'shop-doubtful') return await ofOtherShop(context, path, file);
  const { db, now } = context;
  await recordAlike(db, file.platform, await sharedOrders(db, file), file.decision, now());
  return null;
}

/** A shop that was named wrongly, or that has a new name: its orders would count under both. */
async function ofOtherShop(
  { db }: Context,
  path: string,
  file: Sold & { readonly replaces?: string | undefined },
): Promise<PipelineError | null> {
  const [most] = await sharedOrders(db, file);
  if (!most) return null;
  const { shop, other, orders, example } = most;
  const right = rowsNameShops(file.layout)
    ? 'refuse this file and hand it in with the right name in its rows'
    : `hand it in again under the right name: --shop NAME, or <inbox>/${file.platform}/NAME/`;
  const there = file.shops.includes(other) ? 'are in it of' : 'are counted already under';
  return terminal(
    'shop-doubtful',
    `${path}: orders that it has of “${shop}” ${there} the shop “${other}” too (${orders} of those looked up, among them ${example})`,
    `If both are one shop, ${right}; orders that came under the wrong name go with "npx paceline files withdraw <fileId>", and then this file is judged anew when it is handed in again. If they are two shops that number their orders alike, "npx paceline files release <fileId>" commits it, and it is not asked again of these two.`,
    { path, shop: other, orders, example },
  );
}

async function unusual({ db, settings }: Context, path: string, file: StagedFile): Promise<PipelineError | null> {
  const { snapshotAt, staged } = file;
  if (snapshotAt === null) return null;
  const earlier = await earlierVolumes(db, { ...file, snapshotAt });
  const volume = {
    rows: staged.rows.loaded,
    gross: staged.figures.gross,
    days: staged.days.length,
    snapshotDay: snapshotAt.slice(0, 10),
  };
  const found = judgeVolume(volume, earlier, settings.usual);
  if (!found) return null;
  const what = found.measure === 'rows' ? 'rows' : 'sales';
  return terminal(
    `${what}-unusual`,
    `${path} has ${found.times.toFixed(2)} times the ${what} that are usual for its shop, by its last ${earlier.length} snapshots`,
    `Compare it with the platform’s own figures. ${DECIDE}`,
    { path, times: Number(found.times.toFixed(3)), snapshots: earlier.length },
  );
}
