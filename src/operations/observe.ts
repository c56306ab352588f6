import { setTimeout as wait } from 'node:timers/promises';
import { type BusinessDay, instantOf } from '../domain/calendar';
import { dueNight } from '../domain/night-time';
import { reachShards } from '../clickhouse/shards';
import { transient } from '../errors';
import { type Readiness, type Telemetry } from '../telemetry/server';
import { type Figures, readFigures } from './figures';
import { lastingOperations, type LastingStore } from './lasting-store';
import { metricsOf, type QueueDepth } from './metrics-of';

/** What a process that serves can be asked about its surroundings. */
export interface Surroundings {
  readonly figures: () => Promise<Figures>;
  /** Fails when the store, or one of its shards, does not answer. */
  readonly reachStore: () => Promise<unknown>;
  /** Null in a process that does not see the queue. */
  readonly depths: (() => Promise<readonly QueueDepth[]>) | null;
  readonly isNightDone: (due: BusinessDay) => Promise<boolean>;
  readonly now: () => Date;
  /** Time of day of the nights, Asia/Shanghai, `HH:MM`. */
  readonly nightAt: string;
}

/** surroundingsOf are those of a process with a store, and with a queue where it sees one. */
export function surroundingsOf(
  store: LastingStore,
  queue: { depths(): Promise<readonly QueueDepth[]> } | null,
  { nightAt, now }: Pick<Surroundings, 'nightAt' | 'now'>,
): Surroundings {
  const operations = lastingOperations(store);
  return {
    figures: () => store.use(readFigures),
    reachStore: () => store.use(({ db }) => reachShards(db)),
    depths: queue && (() => queue.depths()),
    isNightDone: (due) => operations.isNightDone(due),
    now,
    nightAt,
  };
}

/** A night takes its time; one that is not done so long after it was due needs somebody. */
const NIGHT_WITHIN_MS = 3 * 3_600_000;
/** Whoever asks does not wait for ever: a store that hangs does not answer. */
const ANSWER_WITHIN_MS = 5_000;
/** Figures cost the store some queries, and are asked for by whoever reaches the port. */
const FIGURES_FOR_MS = 10_000;

/** observe makes of a process's surroundings what it tells of itself. */
export function observe(surroundings: Surroundings): Telemetry {
  const { isNightDone, now, nightAt } = surroundings;
  const figures = lasting(surroundings.figures, FIGURES_FOR_MS);
  const due = (): BusinessDay => dueNight(now(), nightAt);
  return {
    readiness: async () => {
      const [store, night, depths] = await Promise.all([
        told(surroundings.reachStore()),
        told(isNightDone(due())),
        surroundings.depths && told(surroundings.depths()),
      ]);
      return readinessOf({ store, night, depths }, due(), now().getTime() - instantOf(`${due()} ${nightAt}:00`));
    },
    metrics: async () => {
      const [known, depths, nightDone] = await Promise.all([
        told(figures()),
        surroundings.depths && told(surroundings.depths()),
        told(isNightDone(due())),
      ]);
      return metricsOf({
        figures: known.value,
        ...(depths && { depths: depths.value }),
        nightDone: nightDone.value,
        startedAt: Math.round(Date.now() / 1000 - process.uptime()),
        residentBytes: process.memoryUsage.rss(),
      });
    },
  };
}

type Told<T> = { readonly value: T; readonly wrong: null } | { readonly value: null; readonly wrong: string };

interface Asked {
  readonly store: Told<unknown>;
  readonly night: Told<boolean>;
  readonly depths: Told<unknown> | null;
}

function readinessOf({ store, night, depths }: Asked, due: BusinessDay, sinceDueMs: number): Readiness {
  const overdue = night.value === false && sinceDueMs > NIGHT_WITHIN_MS;
  const parts = {
    store: store.wrong ?? night.wrong ?? 'ok',
    ...(depths && { queue: depths.wrong ?? 'ok' }),
    lastNight: night.value === null ? 'unknown' : night.value ? 'ok' : `${due} is not done${overdue ? '' : ' yet'}`,
  };
  return { ready: parts.store === 'ok' && !depths?.wrong && !overdue, parts };
}

async function told<T>(asked: Promise<T>): Promise<Told<T>> {
  const timer = new AbortController();
  try {
    const late = wait(ANSWER_WITHIN_MS, null, { signal: timer.signal }).then(() => {
      throw transient('store-unreachable', `no answer within ${ANSWER_WITHIN_MS / 1000} s`);
    });
    return { value: await Promise.race([asked, late]), wrong: null };
  } catch (error) {
    return { value: null, wrong: error instanceof Error ? error.message : String(error) };
  } finally {
    timer.abort();
    // Whichever has lost the race is of no interest any more.
    asked.catch(() => undefined);
  }
}

/** Asks again only after a while, and never twice at once. */
function lasting<T>(ask: () => Promise<T>, forMs: number): () => Promise<T> {
  let asked: { readonly answer: Promise<T>; readonly at: number } | null = null;
  return () => {
    if (asked === null || performance.now() - asked.at > forMs) {
      const next = { answer: ask(), at: performance.now() };
      asked = next;
      next.answer.catch(() => {
        if (asked === next) asked = null;
      });
    }
    return asked.answer;
  };
}
