#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { type Config, readConfig } from '../config';
import { type Context } from '../operations/context';
import { deploymentOf } from '../operations/deployment';
import { type Deployment, openContext } from '../operations/open';
import { alert } from './commands/alert';
import { addAlertCommands } from './commands/alert-words';
import { backfill, type BackfillOptions } from './commands/backfill';
import { backtest } from './commands/backtest';
import { backup, restore, type RestoreFlags } from './commands/backup';
import { completeness, type CompletenessOptions } from './commands/completeness';
import { demo, type DemoOptions } from './commands/demo';
import { doctor } from './commands/doctor';
import { explain, type ExplainOptions } from './commands/explain';
import { filesCompact, filesRefuse, filesRelease, filesWithdraw, type ReasonOption } from './commands/decide';
import { addExpectCommands } from './commands/expect';
import { files, filesShow } from './commands/files';
import { addGoalCommands } from './commands/goal';
import { exportsUnder, ingest, type IngestOptions } from './commands/ingest';
import { logistics, type LogisticsOptions } from './commands/logistics';
import { night } from './commands/night';
import { pace, type PaceOptions } from './commands/pace';
import { queueList } from './commands/queue';
import { addRecipientsCommands } from './commands/recipients';
import { ROLES, start } from './commands/start';
import { rejects, type RejectsOptions } from './commands/rejects';
import { addShopsCommands } from './commands/shops';
import { template } from './commands/template';
import { totals, type TotalsOptions } from './commands/totals';
import { addUsersCommands } from './commands/users';
import { verify } from './commands/verify';
import { DIMENSIONS } from '../domain/measures';
import { type Io, openIo, reportFailure } from './io';

/** What a command is given; it says whether what was asked was done. */
type Run = (io: Io, config: Config) => Promise<boolean>;

/** Runs a command and sets the exit code: 0 only when what was asked was done. */
async function execute(json: boolean, run: Run): Promise<void> {
  const io = openIo(json);
  try {
    process.exitCode = (await run(io, readConfig())) ? 0 : 1;
  } catch (error) {
    reportFailure(io, error);
    process.exitCode = 1;
  }
}

const withContext =
  (use: (io: Io, context: Context) => Promise<boolean>): Run =>
  async (io, config) =>
    inContext(deploymentOf(config, io.log), (context) => use(io, context));

async function inContext(deployment: Deployment, use: (context: Context) => Promise<boolean>): Promise<boolean> {
  const context = await openContext(deployment);
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** Gathers an option that may be given several times. */
const collect = (value: string, before: readonly string[]): string[] => [...before, value];

interface JsonOption {
  readonly json?: boolean;
}

function program(): Command {
  const paceline = new Command('paceline')
    .description(
      'Online retail sales against an annual goal: nightly order exports in, totals, pace and alert mails out.',
    )
    .showHelpAfterError('(see --help)')
    .exitOverride();
  const command = (name: string, description: string): Command =>
    paceline.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');

  command('demo', 'make a fictional year of exports, load it, and write the alert mail that the bureau would get')
    .option('--serve', 'go on with the API and the dashboard over its data, until Ctrl-C')
    .action(async ({ json = false, ...options }: JsonOption & DemoOptions) =>
      execute(json, (io, config) => demo(io, config, options)),
    );
  command('ingest', 'load export files, or folders of them')
    .argument('<path...>', 'csv or xlsx files; folders are walked')
    .option('--platform <id>', 'refuse files of any other platform')
    .option('--shop <name>', 'the shop, for exports that do not say it')
    .option('--replace <fileId>', 'withdraw this file once the corrected one is committed')
    .option('--reason <text>', 'why it is replaced')
    .action(async (paths: string[], { json = false, ...options }: JsonOption & IngestOptions) =>
      execute(json, async (io, config) => {
        const deployment = deploymentOf(config, io.log);
        const exports = await exportsUnder(deployment, paths);
        return await inContext(deployment, (context) => ingest(io, context, exports, options));
      }),
    );
  command('start', 'serve: run the night of every day by itself, until stopped')
    .argument('[role]', `one of ${ROLES.join(', ')}; apart only with REDIS_URL`, 'all')
    .action(async (role: string, { json = false }: JsonOption) => execute(json, (_, config) => start(role, config)));
  command('night', 'run one night: load the inbox, refresh totals, measure the pace, deliver alerts')
    .option('--inbox <dir>', 'folder <platform>/<shop>/<file> (default: PACELINE_INBOX)')
    .option('--as-of <day>', 'the day to judge the pace on (default: yesterday’s figures as of today)')
    .action(async ({ json = false, inbox, asOf }: JsonOption & { inbox?: string; asOf?: string }) =>
      execute(json, (io, config) =>
        night(io, config, { inbox: inbox ?? config.inbox, ...(asOf === undefined ? {} : { asOf }) }),
      ),
    );
  command('backfill', 'load archived exports again, behind those of the night; what is committed is skipped')
    .requiredOption('--from <day>', 'first day on which they were put into the archive')
    .requiredOption('--to <day>', 'last such day')
    .action(async ({ json = false, ...options }: JsonOption & BackfillOptions) =>
      execute(json, (io, config) => backfill(io, config, options)),
    );
  command('completeness', 'which days of which shops are in, and which are missing')
    .option('--from <day>', 'first business day (default: four weeks before --to)')
    .option('--to <day>', 'last business day (default: yesterday)')
    .action(async ({ json = false, ...options }: JsonOption & CompletenessOptions) =>
      execute(
        json,
        withContext((io, context) => completeness(io, context, options)),
      ),
    );
  addExpectCommands(paceline, async (json, use) => execute(json, withContext(use)));
  command('totals', 'sums over all committed files, each order once, by day of payment')
    .option('--year <year>')
    .option('--from <day>', 'first day of payment')
    .option('--to <day>', 'last day of payment')
    .option('--by <dimensions>', `any of ${DIMENSIONS.join(',')}`)
    .option('--where <dimension=value>', 'only these; may be given several times', collect, [])
    .option('--running', 'with the sums from the first day on, by day')
    .option('--year-on-year', 'against the same days of the year before, also for the shops of both years only')
    .option('--as-of <day>', 'to the end of a day, from 1 January unless told')
    .option('--as-known', 'with --as-of: as it was reported on that day, not as it is known now')
    .action(async ({ json = false, ...options }: JsonOption & TotalsOptions) =>
      execute(
        json,
        withContext((io, context) => totals(io, context, options)),
      ),
    );
  command('logistics', 'hours from payment to dispatch and to receipt: median and 90th percentile')
    .option('--year <year>')
    .option('--from <day>', 'first day of payment')
    .option('--to <day>', 'last day of payment')
    .option('--by <dimensions>', `any of ${DIMENSIONS.join(',')}`, 'platform')
    .option('--where <dimension=value>', 'only these; may be given several times', collect, [])
    .action(async ({ json = false, ...options }: JsonOption & LogisticsOptions) =>
      execute(
        json,
        withContext((io, context) => logistics(io, context, options)),
      ),
    );
  command('explain', 'the files and lines behind a figure of the totals, or behind its difference to what was reported')
    .option('--day <day>', 'day of payment, such as 2026-06-18')
    .option('--platform <id>', 'as "paceline totals --by platform" shows it')
    .option('--shop <name>', 'one shop of the platform')
    .option('--lines', 'every order line too')
    .option('--since <day>', 'what has changed since the report of this day; of one day, platform or shop, or of all')
    .action(async ({ json = false, ...options }: JsonOption & ExplainOptions) =>
      execute(
        json,
        withContext((io, context) => explain(io, context, options)),
      ),
    );
  command('pace', 'where the goal’s year stands, against the season and the straight line')
    .option('--year <year>')
    .option('--as-of <day>')
    .option('--goal <scope>', 'the goal of a part: any of league, platform, chain, such as league=包头市', 'region')
    .action(async ({ json = false, ...options }: JsonOption & PaceOptions & { goal: string }) =>
      execute(
        json,
        withContext((io, context) => pace(io, context, options)),
      ),
    );
  command('backtest', 'how well past years would have been forecast, each from the years before it')
    .argument('<csv>', 'columns day,amount, or year,month and one whose name begins with "cumulative"')
    .action(async (path: string, { json = false }: JsonOption) =>
      execute(json, (io, config) => backtest(io, config.pace, path)),
    );
  addAlertCommands(
    command('alert', 'decide what somebody must hear of the pace and the data, and deliver what is due, once')
      .option('--year <year>')
      .option('--as-of <day>')
      .action(async ({ json = false, ...options }: JsonOption & PaceOptions) =>
        execute(
          json,
          withContext((io, context) => alert(io, context, options)),
        ),
      ),
    async (json, use) => execute(json, withContext(use)),
  );
  addRecipientsCommands(paceline, async (json, use) => execute(json, withContext(use)));
  addGoalCommands(paceline, async (json, use) => execute(json, withContext(use)));
  addShopsCommands(paceline, async (json, use) => execute(json, withContext(use)));
  addUsersCommands(paceline, async (json, use) => execute(json, withContext(use)));
  addFilesCommands(
    command('files', 'every file that was handed in, and what became of it').action(
      async ({ json = false }: JsonOption) => execute(json, withContext(files)),
    ),
  );
  command('rejects', 'the rows of a file that were not loaded, with line and reason')
    .argument('<fileId>', 'as "paceline files" shows it')
    .option('--export <file>', 'write them as a Chinese csv for the seller')
    .action(async (fileId: string, { json = false, ...options }: JsonOption & RejectsOptions) =>
      execute(
        json,
        withContext((io, context) => rejects(io, context, fileId, options)),
      ),
    );
  command('verify', 'recompute every total from the orders and compare').action(async ({ json = false }: JsonOption) =>
    execute(json, withContext(verify)),
  );
  paceline
    .command('queue')
    .description('what the queue has to do')
    .command('list')
    .description('the jobs that are at work, wait or have failed, with why')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .action(async ({ json = false }: JsonOption) =>
      execute(json, (io, { queueDir, redisUrl }) =>
        queueList(io, { dataDir: queueDir, ...(redisUrl === undefined ? {} : { redisUrl }) }),
      ),
    );
  command(
    'backup',
    'write everything that the store holds at this moment into a folder; others may be at work meanwhile',
  )
    .argument('<folder>', 'not there yet, or empty')
    .action(async (folder: string, { json = false }: JsonOption) =>
      execute(
        json,
        withContext((io, context) => backup(io, context, folder)),
      ),
    );
  command('restore', 'make the store what it was when a backup was written')
    .argument('<folder>', 'as "paceline backup" wrote it')
    .option('--replace', 'give up what the store holds now')
    .option('--check', 'load the backup aside and compare it, and leave the store as it is')
    .action(async (folder: string, { json = false, ...flags }: JsonOption & RestoreFlags) =>
      execute(json, (io, config) => restore(io, deploymentOf(config, io.log), folder, flags)),
    );
  command('template', 'Paceline’s own csv form, for platforms that deliver by agreement')
    .option('--out <file>', 'write it to a file')
    .action(async ({ json = false, ...options }: JsonOption & { out?: string }) =>
      execute(json, (io) => template(io, options)),
    );
  command('doctor', 'check machine, configuration and stores').action(async ({ json = false }: JsonOption) =>
    execute(json, doctor),
  );
  return paceline;
}

/** What an operator decides on a file, beneath the list of them. */
function addFilesCommands(list: Command): void {
  const command = (name: string, description: string): Command =>
    list.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  type Decide<Options> = (io: Io, context: Context, fileId: string, options: Options) => Promise<boolean>;
  // --json is an option of the list as well, which takes it first: both are asked.
  const onFile =
    <Options>(use: Decide<Options>) =>
    async (fileId: string, options: Options, called: Command): Promise<void> =>
      execute(
        called.optsWithGlobals<JsonOption>().json ?? false,
        withContext((io, context) => use(io, context, fileId, options)),
      );
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
    async (_: unknown, called: Command) =>
      execute(called.optsWithGlobals<JsonOption>().json ?? false, withContext(filesCompact)),
  );
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode;
    // Commander has told a person on stderr; a program that asked for JSON gets its one document too.
    if (error.exitCode !== 0 && process.argv.includes('--json')) {
      const message = error.message.replace(/^error: /, '');
      openIo(true).answer({ error: { code: 'usage', message, advice: 'See --help.' } }, () => message);
    }
  }
}

void main();
