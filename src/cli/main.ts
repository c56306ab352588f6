#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { type Config, readConfig } from '../config';
import { DIMENSIONS } from '../domain/measures';
import { type Context } from '../operations/context';
import { type Deployment } from '../operations/open';
import { FORMATS } from '../tables/table';
import { type BackfillOptions } from './commands/backfill';
import { type RestoreFlags } from './commands/backup';
import { type CompletenessOptions } from './commands/completeness';
import { type DemoOptions } from './commands/demo';
import { type ExplainOptions } from './commands/explain';
import { type IngestOptions } from './commands/ingest';
import { type LogisticsOptions } from './commands/logistics';
import { type PaceOptions } from './commands/pace';
import { type RejectsOptions } from './commands/rejects';
import { type SqlOptions } from './commands/sql';
import { ROLES, start } from './commands/start';
import { type TotalsOptions } from './commands/totals';
import { type Io, openIo, reportFailure } from './io';

// A command loads what it needs when it is called, and no more: an ingest reads its first file while the rest is loaded.

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
  async (io, config) => {
    const { deploymentOf } = await import('../operations/deployment.js');
    return await inContext(deploymentOf(config, io.log), (context) => use(io, context));
  };

async function inContext(deployment: Deployment, use: (context: Context) => Promise<boolean>): Promise<boolean> {
  const { openContext } = await import('../operations/open.js');
  const context = await openContext(deployment);
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** Gathers an option that may be given several times. */
const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** A command that has it also writes its table to a file. */
const OUT = [
  '--out <file>',
  `also write the rows to a file: ${FORMATS.map((format) => `.${format}`).join(', ')}`,
] as const;

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
      execute(json, async (io, config) => (await import('./commands/demo.js')).demo(io, config, options)),
    );
  command('ingest', 'load export files, or folders of them')
    .argument('<path...>', 'csv or xlsx files; folders are walked')
    .option('--platform <id>', 'refuse files of any other platform')
    .option('--shop <name>', 'the shop, for exports that do not say it')
    .option('--replace <fileId>', 'withdraw this file once the corrected one is committed')
    .option('--reason <text>', 'why it is replaced')
    .action(async (paths: string[], { json = false, ...options }: JsonOption & IngestOptions) =>
      execute(json, async (io, config) => {
        const { deploymentOf } = await import('../operations/deployment.js');
        const { exportsUnder } = await import('./commands/exports-under.js');
        const deployment = deploymentOf(config, io.log);
        const found = await exportsUnder(deployment, paths);
        return await inContext(deployment, async (context) =>
          (await import('./commands/ingest.js')).ingest(io, context, found, options),
        );
      }),
    );
  command('start', 'serve: run the night of every day by itself, until stopped')
    .argument('[role]', `one of ${ROLES.join(', ')}; apart only with REDIS_URL`, 'all')
    .action(async (role: string, { json = false }: JsonOption) => execute(json, (_, config) => start(role, config)));
  command('night', 'run one night: load the inbox, refresh totals, measure the pace, deliver alerts')
    .option('--inbox <dir>', 'folder <platform>/<shop>/<file> (default: PACELINE_INBOX)')
    .option('--as-of <day>', 'the day to judge the pace on (default: yesterday’s figures as of today)')
    .action(async ({ json = false, inbox, asOf }: JsonOption & { inbox?: string; asOf?: string }) =>
      execute(json, async (io, config) =>
        (await import('./commands/night.js')).night(io, config, {
          inbox: inbox ?? config.inbox,
          ...(asOf === undefined ? {} : { asOf }),
        }),
      ),
    );
  command('backfill', 'load archived exports again, behind those of the night; what is committed is skipped')
    .requiredOption('--from <day>', 'first day on which they were put into the archive')
    .requiredOption('--to <day>', 'last such day')
    .action(async ({ json = false, ...options }: JsonOption & BackfillOptions) =>
      execute(json, async (io, config) => (await import('./commands/backfill.js')).backfill(io, config, options)),
    );
  command('completeness', 'which days of which shops are in, and which are missing')
    .option('--from <day>', 'first business day (default: four weeks before --to)')
    .option('--to <day>', 'last business day (default: yesterday)')
    .action(async ({ json = false, ...options }: JsonOption & CompletenessOptions) =>
      execute(
        json,
        withContext(async (io, context) =>
          (await import('./commands/completeness.js')).completeness(io, context, options),
        ),
      ),
    );
  paceline.command('expect').description('which shops report, and how often');
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
    .option(...OUT)
    .action(async ({ json = false, ...options }: JsonOption & TotalsOptions) =>
      execute(
        json,
        withContext(async (io, context) => (await import('./commands/totals.js')).totals(io, context, options)),
      ),
    );
  command('logistics', 'hours from payment to dispatch and to receipt: median and 90th percentile')
    .option('--year <year>')
    .option('--from <day>', 'first day of payment')
    .option('--to <day>', 'last day of payment')
    .option('--by <dimensions>', `any of ${DIMENSIONS.join(',')}`, 'platform')
    .option('--where <dimension=value>', 'only these; may be given several times', collect, [])
    .option(...OUT)
    .action(async ({ json = false, ...options }: JsonOption & LogisticsOptions) =>
      execute(
        json,
        withContext(async (io, context) => (await import('./commands/logistics.js')).logistics(io, context, options)),
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
        withContext(async (io, context) => (await import('./commands/explain.js')).explain(io, context, options)),
      ),
    );
  command('pace', 'where the goal’s year stands, against the season and the straight line')
    .option('--year <year>')
    .option('--as-of <day>')
    .option('--goal <scope>', 'the goal of a part: any of league, platform, chain, such as league=包头市', 'region')
    .action(async ({ json = false, ...options }: JsonOption & PaceOptions & { goal: string }) =>
      execute(
        json,
        withContext(async (io, context) => (await import('./commands/pace.js')).pace(io, context, options)),
      ),
    );
  command('backtest', 'how well past years would have been forecast, each from the years before it')
    .argument('<csv>', 'columns day,amount, or year,month and one whose name begins with "cumulative"')
    .action(async (path: string, { json = false }: JsonOption) =>
      execute(json, async (io, config) => (await import('./commands/backtest.js')).backtest(io, config.pace, path)),
    );
  command('alert', 'decide what somebody must hear of the pace and the data, and deliver what is due, once')
    .option('--year <year>')
    .option('--as-of <day>')
    .action(async ({ json = false, ...options }: JsonOption & PaceOptions) =>
      execute(
        json,
        withContext(async (io, context) => (await import('./commands/alert.js')).alert(io, context, options)),
      ),
    );
  paceline.command('recipients').description('who is told of what');
  paceline.command('goal').description('the goals of a year and of its parts');
  paceline.command('shops').description('the register of shops');
  paceline.command('chains').description('the bureau’s table of industry clusters and chains');
  paceline.command('users').description('who may sign in to the API and the dashboard');
  paceline.command('tokens').description('keys with which programs use the API and SQL as an account');
  command('sql', 'how an analyst’s program connects: host, port, user and a new password')
    .argument('[account]', 'an analyst or operator who sees everything')
    .option('--days <n>', 'how long the password is good, up to 366', '90')
    .action(async (name: string | undefined, { json = false, ...options }: JsonOption & SqlOptions) =>
      execute(json, async (io, config) =>
        withContext(async (_, context) => (await import('./commands/sql.js')).sql(io, context, config, name, options))(
          io,
          config,
        ),
      ),
    );
  command('files', 'every file that was handed in, and what became of it').action(
    async ({ json = false }: JsonOption) =>
      execute(
        json,
        withContext(async (io, context) => (await import('./commands/files.js')).files(io, context)),
      ),
  );
  command('rejects', 'the rows of a file that were not loaded, with line and reason')
    .argument('<fileId>', 'as "paceline files" shows it')
    .option('--export <file>', 'write them as a Chinese csv for the seller')
    .action(async (fileId: string, { json = false, ...options }: JsonOption & RejectsOptions) =>
      execute(
        json,
        withContext(async (io, context) =>
          (await import('./commands/rejects.js')).rejects(io, context, fileId, options),
        ),
      ),
    );
  command('verify', 'recompute every total from the orders and compare').action(async ({ json = false }: JsonOption) =>
    execute(
      json,
      withContext(async (io, context) => (await import('./commands/verify.js')).verify(io, context)),
    ),
  );
  paceline
    .command('queue')
    .description('what the queue has to do')
    .command('list')
    .description('the jobs that are at work, wait or have failed, with why')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .action(async ({ json = false }: JsonOption) =>
      execute(json, async (io, { queueDir, redisUrl }) => {
        const { queueList } = await import('./commands/queue.js');
        return await queueList(io, { dataDir: queueDir, ...(redisUrl === undefined ? {} : { redisUrl }) });
      }),
    );
  command(
    'backup',
    'write everything that the store holds at this moment into a folder; others may be at work meanwhile',
  )
    .argument('<folder>', 'not there yet, or empty')
    .action(async (folder: string, { json = false }: JsonOption) =>
      execute(
        json,
        withContext(async (io, context) => (await import('./commands/backup.js')).backup(io, context, folder)),
      ),
    );
  command('restore', 'make the store what it was when a backup was written')
    .argument('<folder>', 'as "paceline backup" wrote it')
    .option('--replace', 'give up what the store holds now')
    .option('--check', 'load the backup aside and compare it, and leave the store as it is')
    .action(async (folder: string, { json = false, ...flags }: JsonOption & RestoreFlags) =>
      execute(json, async (io, config) => {
        const { deploymentOf } = await import('../operations/deployment.js');
        return await (await import('./commands/backup.js')).restore(io, deploymentOf(config, io.log), folder, flags);
      }),
    );
  command('template', 'Paceline’s own csv form, for platforms that deliver by agreement')
    .option('--out <file>', 'write it to a file')
    .action(async ({ json = false, ...options }: JsonOption & { out?: string }) =>
      execute(json, async (io) => (await import('./commands/template.js')).template(io, options)),
    );
  command('doctor', 'check machine, configuration and stores').action(async ({ json = false }: JsonOption) =>
    execute(json, async (io, config) => (await import('./commands/doctor.js')).doctor(io, config)),
  );
  return paceline;
}

/** Commands that have others beneath them, which are added when one of them is called. */
const GROUPS: Readonly<Record<string, (group: Command) => Promise<void>>> = {
  expect: async (group) => (await import('./commands/expect.js')).addExpectCommands(group, run),
  alert: async (group) => (await import('./commands/alert-words.js')).addAlertCommands(group, run),
  recipients: async (group) => (await import('./commands/recipients.js')).addRecipientsCommands(group, run),
  goal: async (group) => (await import('./commands/goal.js')).addGoalCommands(group, run),
  shops: async (group) => (await import('./commands/shops.js')).addShopsCommands(group, run),
  chains: async (group) => (await import('./commands/shops.js')).addChainsCommands(group, run),
  users: async (group) => (await import('./commands/users.js')).addUsersCommands(group, run),
  tokens: async (group) => (await import('./commands/tokens.js')).addTokensCommands(group, run),
  files: async (group) => (await import('./commands/decide.js')).addFilesCommands(group, run),
};

const run = async (json: boolean, use: (io: Io, context: Context) => Promise<boolean>): Promise<void> =>
  execute(json, withContext(use));

/** The program, with what is beneath the commands that are named. */
async function programFor(words: readonly string[]): Promise<Command> {
  const paceline = program();
  for (const group of paceline.commands.filter((command) => words.includes(command.name()))) {
    await GROUPS[group.name()]?.(group);
  }
  return paceline;
}

async function main(): Promise<void> {
  try {
    const paceline = await programFor(process.argv.slice(2, 4));
    await paceline.parseAsync();
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
