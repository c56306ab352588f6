/** Every operation on a file after staging, cut off at each of its steps: a plain rerun makes it exact. */
import { describe, expect, test } from '@jest/globals';
import { findFile } from '../../../src/clickhouse/ledger';
import { recoverCommits } from '../../../src/clickhouse/loading/commit';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { PipelineError } from '../../../src/errors';
import { refuseFile, releaseFile } from '../../../src/operations/decide-file';
import { ingestFile } from '../../../src/operations/ingest-file';
import { compactKept, replaceFile, withdrawFile } from '../../../src/operations/withdraw-file';
import { type Failure, failingDatabase } from '../../support/failing-database';
import { stepsToCut } from '../../support/steps';
import { readState, type StoreState } from '../../support/state';
import { type TestStore, useStores } from '../../support/store';
import { DECISION, NEWER, OLDER, STRICT, writeTemplateFile } from './exports';

const stores = useStores();

interface Files {
  readonly older: string;
  readonly newer: string;
}

interface Case {
  readonly what: string;
  /** What is there before; returns the id of the file that the operation is about. */
  readonly prepare: (store: TestStore, files: Files) => Promise<string>;
  readonly operate: (store: TestStore, files: Files, fileId: string) => Promise<unknown>;
  readonly status: string;
  readonly held: number;
  /** Both unless others are tried elsewhere: replacing is an ingest and a withdrawal. */
  readonly failures?: readonly Failure[];
}

const load = async (store: TestStore, path: string): Promise<string> => {
  const { fileId } = await ingestFile(store, { path });
  await refreshTotals(store.db, store.now);
  return fileId;
};
const loadAndHold = async (store: TestStore, { older, newer }: Files): Promise<string> => {
  await load(store, older);
  return await load(store.with(STRICT), newer);
};
const loadBoth = async (store: TestStore, { older, newer }: Files): Promise<string> => {
  await load(store, older);
  return await load(store, newer);
};
const refresh = async ({ db, now }: TestStore): Promise<unknown> => await refreshTotals(db, now);
const later = (store: TestStore): TestStore => store.with({ now: () => new Date('2027-06-01T00:00:00Z') });

const CASES: readonly Case[] = [
  {
    what: 'hold',
    prepare: async (store, { older }) => await load(store, older),
    operate: async (store, { newer }) => await ingestFile(store.with(STRICT), { path: newer }),
    status: 'committed',
    held: 1,
  },
  {
    what: 'release',
    prepare: loadAndHold,
    operate: async (store, _, fileId) => {
      await releaseFile(store, { fileId, decision: DECISION });
      await refresh(store);
    },
    status: 'committed',
    held: 0,
  },
  {
    what: 'refuse',
    prepare: loadAndHold,
    operate: async (store, _, fileId) => await refuseFile(store, { fileId, decision: DECISION }),
    status: 'refused',
    held: 0,
  },
  {
    what: 'withdraw',
    prepare: loadBoth,
    operate: async (store, _, fileId) => {
      await withdrawFile(store, { fileId, decision: DECISION });
      await refresh(store);
    },
    status: 'withdrawn',
    held: 0,
  },
  {
    what: 'replace',
    prepare: async (store, { newer }) => await load(store, newer),
    operate: async (store, { older }, fileId) => {
      await replaceFile(store, { path: older }, { fileId, decision: DECISION });
      await refresh(store);
    },
    status: 'withdrawn',
    held: 0,
    failures: ['dead'],
  },
  {
    // Seen through what a withdrawal afterwards leaves: the file before it is beyond the retention and compacted.
    what: 'compact',
    prepare: async (store, { older, newer }) => {
      await load(store, older);
      return await load(later(store), newer);
    },
    operate: async (store, _, fileId) => {
      await compactKept(later(store));
      await withdrawFile(later(store), { fileId, decision: DECISION });
      await refresh(store);
    },
    status: 'withdrawn',
    held: 0,
  },
];

/** What a command does first, when no other is at work: it finishes or clears what was left. */
async function reopen({ db, now }: TestStore): Promise<void> {
  const recovered = await recoverCommits(db, now, true);
  if (recovered.length > 0) await refreshTotals(db, now);
}

async function prepared(store: TestStore, files: Files, { prepare }: Case): Promise<string> {
  await store.wipe();
  return await prepare(store, files);
}

/** The state after the operation when nothing fails, and how many changes it makes in the store. */
async function undisturbed(store: TestStore, files: Files, one: Case): Promise<{ after: StoreState; changes: number }> {
  const fileId = await prepared(store, files, one);
  const counting = failingDatabase(store.db, 0, 'refused', 'changes');
  await one.operate(store.with({ db: counting.db }), files, fileId);
  const after = await readState(store);
  expect(after).toMatchObject({ differences: [], stale: 0 });
  return { after, changes: counting.calls() };
}

describe.each(CASES)('$what, cut off at any of its steps', (one) => {
  test.each<Failure>(one.failures ?? ['dead', 'unanswered'])(
    'is exact after a plain rerun: %s',
    async (failure) => {
      const store = await stores.open();
      const files = {
        older: writeTemplateFile(store, '20260801000000', OLDER),
        newer: writeTemplateFile(store, '20260802000000', NEWER),
      };
      const { after, changes } = await undisturbed(store, files, one);
      expect(changes).toBeGreaterThan(1);
      for (const nth of stepsToCut(changes, CASES.indexOf(one) + (failure === 'dead' ? 0 : 1))) {
        const fileId = await prepared(store, files, one);
        const { db } = failingDatabase(store.db, nth, failure, 'changes');
        const error: unknown = await one.operate(store.with({ db }), files, fileId).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) expect(error).toBeInstanceOf(PipelineError);
        if (failure === 'dead') await reopen(store);
        await one.operate(store, files, fileId);
        const state = await readState(store);
        await reopen(store);
        const status = (await findFile(store.db, fileId))?.status;
        const left = { staging: await store.staging(), held: (await store.held()).length };
        expect({ nth, status, state, left }).toEqual({
          nth,
          status: one.status,
          state: after,
          left: { staging: [], held: one.held },
        });
      }
    },
    600_000,
  );
});
