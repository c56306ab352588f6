import { DELIVERY_OUTCOMES } from '../domain/alert';
import { formatYuan } from '../domain/money';
import { type PaceReport, type PaceState } from '../domain/pace';
import { type Metric, type Sample } from '../telemetry/exposition';
import { type Figures } from './figures';

/** Jobs of one kind in one state. */
export interface QueueDepth {
  readonly queue: string;
  readonly state: string;
  readonly jobs: number;
}

/** What a process can tell of its surroundings; null where they did not answer. */
export interface Observed {
  readonly figures: Figures | null;
  /** Left out by a process that does not see the queue. */
  readonly depths?: readonly QueueDepth[] | null;
  /** The night that is due by now has come to its end; null when the store did not answer. */
  readonly nightDone: boolean | null;
  readonly startedAt: number;
  readonly residentBytes: number;
}

const STATES: readonly PaceState[] = ['on-track', 'at-risk', 'behind', 'no-data'];

/** metricsOf puts what was observed into the form of Prometheus. A figure that is not known is left out, never 0. */
export function metricsOf({ figures, depths, nightDone, startedAt, residentBytes }: Observed): readonly Metric[] {
  return [
    gauge('paceline_store_up', 'Whether ClickHouse answers.', [one(figures !== null)]),
    gauge('paceline_queue_up', 'Whether the queue answers.', depths === undefined ? [] : [one(depths !== null)]),
    gauge('paceline_night_done', 'Whether the night that is due by now has come to its end.', known(nightDone, one)),
    ...(figures === null ? [] : ofStore(figures)),
    gauge(
      'paceline_queue_jobs',
      'Jobs by kind and state.',
      (depths ?? []).map(({ queue, state, jobs }) => ({ labels: { queue, state }, value: jobs })),
    ),
    gauge('process_start_time_seconds', 'When the process was started.', [{ value: startedAt }]),
    gauge('process_resident_memory_bytes', 'Memory of the process, without the engine.', [{ value: residentBytes }]),
  ].filter(({ samples }) => samples.length > 0);
}

function ofStore({
  loads,
  filesByStatus,
  mailsByOutcome,
  lastCommitAt,
  lastNightAt,
  platforms,
  pace,
}: Figures): Metric[] {
  const perPlatform = (value: (load: Figures['loads'][number]) => number): Sample[] =>
    loads.map((load) => ({ labels: { platform: load.platform }, value: value(load) }));
  return [
    counter(
      'paceline_loaded_files_total',
      'Files committed.',
      perPlatform(({ files }) => files),
    ),
    counter(
      'paceline_loaded_rows_total',
      'Rows of committed files that became orders.',
      perPlatform((of) => of.rowsLoaded),
    ),
    counter(
      'paceline_rejected_rows_total',
      'Rows of committed files that could not be read.',
      perPlatform((of) => of.rowsRejected),
    ),
    counter(
      'paceline_loaded_bytes_total',
      'Bytes of committed files.',
      perPlatform(({ bytes }) => bytes),
    ),
    gauge(
      'paceline_files',
      'Files that the ledger knows, by where they stand.',
      filesByStatus.map(({ kind, number }) => ({ labels: { status: kind }, value: number })),
    ),
    counter(
      'paceline_mails_total',
      'Mails to recipients, by outcome.',
      // Those that never happened are told too: what an alert rule watches must be there before its first increase.
      DELIVERY_OUTCOMES.map((outcome) => ({
        labels: { outcome },
        value: mailsByOutcome.find(({ kind }) => kind === outcome)?.number ?? 0,
      })),
    ),
    gauge('paceline_last_commit_timestamp_seconds', 'When a file was committed last.', known(lastCommitAt, asIs)),
    gauge('paceline_last_night_timestamp_seconds', 'When the night of a day ended last.', known(lastNightAt, asIs)),
    gauge(
      'paceline_platform_lag_days',
      'Days from the last one up to which nothing of a platform is missing to yesterday.',
      platforms.flatMap(({ platform, lagDays }) =>
        lagDays === null ? [] : [{ labels: { platform }, value: lagDays }],
      ),
    ),
    gauge(
      'paceline_platform_shops',
      'Shops that are expected to report.',
      platforms.map(({ platform, shops }) => ({ labels: { platform }, value: shops })),
    ),
    gauge(
      'paceline_platform_late_shops',
      'Shops of which an export was due that has not come.',
      platforms.map(({ platform, late }) => ({ labels: { platform }, value: late })),
    ),
    ...ofPace(pace),
  ];
}

function ofPace({ goal, state, asOf, actual, dailyNeeded, seasonal, forecast }: PaceReport): Metric[] {
  const labels = { year: String(goal.year), measure: goal.measure };
  const yuan = (name: string, help: string, amount: bigint | null): Metric =>
    gauge(
      name,
      help,
      known(amount, (fen) => ({ labels, value: formatYuan(fen) })),
    );
  const judged = asOf !== null;
  return [
    gauge(
      'paceline_pace_state',
      'Where the year stands: 1 for the state that holds.',
      STATES.map((each) => ({ labels: { ...labels, state: each }, value: each === state ? 1 : 0 })),
    ),
    gauge(
      'paceline_pace_chance',
      'Chance that the goal is met, 0 to 1.',
      known(forecast?.chance ?? null, (value) => ({ labels, value })),
    ),
    yuan('paceline_pace_goal_yuan', 'The goal of the year.', goal.amount),
    yuan('paceline_pace_done_yuan', 'The year up to the last complete day.', judged ? actual : null),
    yuan(
      'paceline_pace_gap_yuan',
      'Difference from the season up to that day; negative when short.',
      judged ? seasonal.gap : null,
    ),
    yuan('paceline_pace_projected_yuan', 'The year as it is projected.', judged ? seasonal.projected : null),
    yuan('paceline_pace_needed_daily_yuan', 'What each day that is left must bring.', judged ? dailyNeeded : null),
  ];
}

const one = (value: boolean): Sample => ({ value: value ? 1 : 0 });
const asIs = (value: number): Sample => ({ value });
const known = <T>(value: T | null, sample: (value: T) => Sample): Sample[] => (value === null ? [] : [sample(value)]);
const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  type: 'gauge',
  help,
  samples,
});
const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  type: 'counter',
  help,
  samples,
});
