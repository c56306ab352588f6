import { userInfo } from 'node:os';
import { type Command } from 'commander';
import { refreshTotals } from '../../clickhouse/totals/refresh';
import { type Decision } from '../../domain/order-file';
import { type Context } from '../../operations/context';
import { refuseFile, releaseFile } from '../../operations/decide-file';
import { compactKept, withdrawFile } from '../../operations/withdraw-file';
import { fileJson, filesTable } from '../files-json';
import { type Io } from '../io';
import { entryJson, filesShow } from './files';

export interface ReasonOption {
  readonly reason?: string;
}

/** decisionOf is the operator's decision: the user of this machine, and the reason that was given. */
export function decisionOf({ reason = '' }: ReasonOption): Decision {
  return { by: userName(), reason: reason.trim() };
}

/** userName is the user of this machine, who decides by the command line. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as in some containers.
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}

/** filesRelease commits a held file and refreshes the totals; it succeeds when the file is committed. */
async function filesRelease(
  io: Io,
  context: Context,
  fileId: string,
  options: ReasonOption & { readonly shop?: string },
): Promise<boolean> {
  const { shop } = options;
  const named = shop === undefined ? {} : { shop };
  const report = await releaseFile(context, { fileId, decision: decisionOf(options), ...named });
  if (report.status === 'committed') await refreshTotals(context.db, context.now);
  io.answer(fileJson(report), () => filesTable([report]));
  return report.status === 'committed';
}

/** filesRefuse refuses a held file for good. */
async function filesRefuse(io: Io, context: Context, fileId: string, options: ReasonOption): Promise<boolean> {
  const entry = await refuseFile(context, { fileId, decision: decisionOf(options) });
  io.answer(entryJson(entry), () => `${entry.path} is refused: nothing of it counts`);
  return true;
}

/** filesWithdraw takes a committed file out again and refreshes the totals. */
async function filesWithdraw(io: Io, context: Context, fileId: string, options: ReasonOption): Promise<boolean> {
  const entry = await withdrawFile(context, { fileId, decision: decisionOf(options) });
  await refreshTotals(context.db, context.now);
  io.answer(entryJson(entry), () =>
    [
      `${entry.path} is withdrawn: orders and totals are as if it had never come`,
      'no night loads it again by itself; "npx paceline ingest <file>" does',
    ].join('\n'),
  );
  return true;
}

/** filesCompact reduces the rows kept for withdrawals to those that can still be needed. */
async function filesCompact(io: Io, context: Context): Promise<boolean> {
  const done = await compactKept(context);
  io.answer(done, () =>
    [
      `files committed before ${done.horizon} UTC can no longer be withdrawn`,
      `${done.rowsBefore} rows were kept, ${done.rowsAfter} are now (${done.partitions} partitions compacted)`,
      `${done.heldDropped} held files lost their staged rows; releasing one reads it again`,
    ].join('\n'),
  );
  return true;
}

type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;
interface Json {
  readonly json?: boolean;
}

/** addFilesCommands adds what an operator decides on a file beneath the list of them. */
export function addFilesCommands(list: Command, run: Run): void {
  const command = (name: string, description: string): Command =>
    list.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  type Decide<Options> = (io: Io, context: Context, fileId: string, options: Options) => Promise<boolean>;
  // --json is an option of the list as well, which takes it first: both are asked.
  const jsonOf = (called: Command): boolean => called.optsWithGlobals<Json>().json ?? false;
  const onFile =
    <Options>(use: Decide<Options>) =>
    async (fileId: string, options: Options, called: Command): Promise<void> =>
      run(jsonOf(called), (io, context) => use(io, context, fileId, options));
  const file = (name: string, description: string): Command =>
    command(name, description).argument('<fileId>', 'as "paceline files" shows it');

  file('show', 'one file whole, with everything that happened to it').action(onFile(filesShow));
  file('release', 'commit a held file')
    .option('--shop <name>', 'the shop, for a file held because nobody knew it')
    .option('--reason <text>', 'why it is right')
    .action(onFile<ReasonOption & { shop?: string }>(filesRelease));
  file('refuse', 'refuse a held file and drop its staged rows')
    .option('--reason <text>', 'why it is wrong')
    .action(onFile<ReasonOption>(filesRefuse));
  file('withdraw', 'take a committed file out again, as if it had never come')
    .requiredOption('--reason <text>', 'why it must not count')
    .action(onFile<ReasonOption>(filesWithdraw));
  command('compact', 'drop kept rows that no withdrawal within PACELINE_KEEP_DAYS can need').action(
    async (_: unknown, called: Command) => run(jsonOf(called), filesCompact),
  );
}
