import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { PipelineError } from '../../../src/errors';
import { refuseFile, releaseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { compactKept, withdrawFile } from '../../../src/operations/withdraw-file';
import { expectedOf } from '../../support/order-model';
import { readState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { writeExport } from '../../support/write-export';
import { type GeneratedFile, histories } from './histories';
import { PROPERTY_TIMEOUT, runs } from './runs';

const stores = useStores({ lingers: true });

/** One step: something is done to a file (by its number), or to the store as a whole. `days` go by before it. */
interface Step {
  readonly does: 'ingest' | 'ingest-doubtful' | 'release' | 'refuse' | 'withdraw' | 'compact' | 'merge' | 'refresh';
  readonly file: number;
  readonly days: number;
}

const stepsOn = (files: readonly GeneratedFile[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      does: fc.constantFrom<Step['does'][]>(
        'ingest',
        'ingest',
        'ingest',
        'ingest-doubtful',
        'release',
        'refuse',
        'withdraw',
        'withdraw',
        'withdraw',
        'compact',
        'merge',
        'refresh',
      ),
      file: fc.nat(files.length - 1),
      days: fc.constantFrom(0, 0, 1, 25),
    }),
    { minLength: 12, maxLength: 24 },
  );

const scenarios = histories({ ties: false }).chain((files) => fc.tuple(fc.constant(files), stepsOn(files)));

type State = 'absent' | 'held' | 'refused' | 'committed' | 'withdrawn';

/** The whole of the rules of states in a few lines: what a step answers, and the state that the file is in after it. */
const NEXT: Readonly<Record<State, Readonly<Partial<Record<Step['does'], State>>>>> = {
  absent: { ingest: 'committed', 'ingest-doubtful': 'held' },
  held: { ingest: 'held', 'ingest-doubtful': 'held', release: 'committed', refuse: 'refused' },
  refused: { ingest: 'committed', 'ingest-doubtful': 'held', refuse: 'refused' },
  committed: { ingest: 'committed', 'ingest-doubtful': 'committed', release: 'committed', withdraw: 'withdrawn' },
  withdrawn: { ingest: 'committed', 'ingest-doubtful': 'held', withdraw: 'withdrawn' },
};

const KEEP_DAYS = 60;
const START = Date.parse('2027-01-01T00:00:00Z');
const DAY_MS = 86_400_000;

class Model {
  readonly states: State[];
  readonly committedOn: number[];
  /** When a file was held, while its rows wait; compacting drops rows that have waited too long. */
  readonly waitingSince: (number | null)[];
  today = 0;

  constructor(readonly files: readonly GeneratedFile[]) {
    this.states = files.map(() => 'absent');
    this.committedOn = files.map(() => 0);
    this.waitingSince = files.map(() => null);
  }

  /** Applies a step; null when it must fail. */
  apply({ does, file, days }: Step): State | null {
    this.today += days;
    if (does === 'compact') this.dropExpired();
    const forgotten = this.states[file] === 'held' && this.waitingSince[file] === null;
    const state = forgotten && does.startsWith('ingest') ? 'absent' : this.states[file]!;
    const next = NEXT[state][does];
    if (next === undefined) return null;
    if (state === 'committed' && next === 'withdrawn' && this.today - this.committedOn[file]! > KEEP_DAYS) return null;
    if (state !== 'committed' && next === 'committed') this.committedOn[file] = this.today;
    if (next !== 'held') this.waitingSince[file] = null;
    else if (state !== 'held') this.waitingSince[file] = this.today;
    this.states[file] = next;
    return next;
  }

  private dropExpired(): void {
    for (const [file, since] of this.waitingSince.entries()) {
      if (since !== null && this.today - since > KEEP_DAYS + 1) this.waitingSince[file] = null;
    }
  }

  expected() {
    return expectedOf(this.files.filter((_, i) => this.states[i] === 'committed').map(({ model }) => model));
  }
}

const DECISION = { by: 'operator', reason: 'a property' };
const TABLES = ['orders', 'destinations', 'kept_rows'];

/** Does a step; what became of the file, or null when it failed because the state does not allow it. */
async function perform(
  store: TestStore,
  { does, file }: Step,
  files: readonly { path: string; fileId: string; shop: { shop?: string } }[],
): Promise<State | 'duplicate' | 'store' | null> {
  const { path, fileId, shop } = files[file]!;
  const decided = { fileId, decision: DECISION };
  try {
    switch (does) {
      case 'ingest':
        return (await ingestFile(store, { path, ...shop })).status;
      case 'ingest-doubtful':
        // Every file is over a limit below nothing.
        return (await ingestFile(store.with({ settings: { maxRejectShare: -1 } }), { path, ...shop })).status;
      case 'release':
        return (await releaseFile(store, decided)).status === 'committed' ? 'committed' : null;
      case 'refuse':
        return (await refuseFile(store, decided)).status as State;
      case 'withdraw':
        return (await withdrawFile(store, decided)).status as State;
      case 'compact':
        await compactKept(store);
        return 'store';
      case 'merge':
        for (const table of TABLES) await store.db.command('merge', `OPTIMIZE TABLE ${table} FINAL`);
        return 'store';
      case 'refresh':
        await refreshTotals(store.db, store.now);
        return 'store';
    }
  } catch (error) {
    if (error instanceof PipelineError && error.kind === 'terminal') return null;
    throw error;
  }
}

let folders = 0;

describe('files that come, wait, go and come again', () => {
  test(
    'leave the orders and totals of exactly those that are committed, whatever was merged or compacted',
    async () => {
      const store = await stores.open();
      await fc.assert(
        fc.asyncProperty(scenarios, async ([generated, steps]) => {
          await store.wipe();
          const folder = join(store.folder, String(folders++));
          const files = await Promise.all(
            generated.map(async ({ model, content }, index) => {
              const path = await writeExport(join(folder, String(index)), model.snapshotAt, content);
              const fileId = createHash('sha256').update(readFileSync(path)).digest('hex');
              return { path, fileId, shop: model.shop === null ? {} : { shop: model.shop } };
            }),
          );
          fc.pre(new Set(files.map(({ fileId }) => fileId)).size === files.length);
          const model = new Model(generated);
          for (const step of steps) {
            const before = model.states[step.file];
            const next = model.apply(step);
            const at = store.with({ now: () => new Date(START + model.today * DAY_MS) });
            const outcome = await perform(at, step, files);
            if (outcome === 'store') continue;
            const repeated = before === 'committed' && step.does.startsWith('ingest');
            expect({ step, outcome }).toEqual({ step, outcome: repeated ? 'duplicate' : next });
          }
          await refreshTotals(store.db, store.now);
          expect(await readState(store)).toEqual({ ...model.expected(), differences: [], stale: 0 });
        }),
        runs(6),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
