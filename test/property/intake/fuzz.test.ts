import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { CORPUS, listFixtures } from '../../support/fixtures';
import { loadText } from '../../support/load';
import { type TestStore, useStores } from '../../support/store';
import { expectAccount } from './account';
import { byteMutations, mutateBytes } from './bytes';
import { PROPERTY_TIMEOUT } from './runs';

/**
 * Files with changed bytes: whatever is wrong with one, it gets a clear answer in time, its rows are accounted for, and
 * nothing of it is half visible. PACELINE_FUZZ_MUTATIONS sets how many are tried (CI runs a short form), and
 * PACELINE_FUZZ_SEED which. What breaks is written to a folder that the failure names: keep it in fixtures/corpus.
 */
const MUTATIONS = Number(process.env['PACELINE_FUZZ_MUTATIONS'] ?? 150);
const SEED = Number(process.env['PACELINE_FUZZ_SEED'] ?? 1);
/** Whatever takes this long hangs: the files are small. */
const HANG_MS = 30_000;

const stores = useStores({ lingers: true });
const files = listFixtures().map(({ path, name, shop }) => ({ name, shop, bytes: readFileSync(path) }));

async function tryFile(store: TestStore, name: string, bytes: Buffer): Promise<void> {
  await store.wipe();
  const report = await Promise.race([
    loadText(store, name, bytes, { shop: '云岫山货铺子' }),
    wait(HANG_MS, null, { ref: false }),
  ]);
  if (report === null) throw new Error(`no answer within ${HANG_MS / 1000} s`);
  const isText = isUtf8(bytes) && name.endsWith('.csv');
  await expectAccount(store, report, isText ? bytes.toString('utf8') : null);
}

describe('a file with changed bytes', () => {
  test(
    'is answered in time and accounted for, and nothing of it is half visible',
    async () => {
      const store = await stores.open();
      const broken = mkdtempSync(join(tmpdir(), 'paceline-fuzz-'));
      const cases = fc.tuple(fc.constantFrom(...files.keys()), fc.array(byteMutations, { minLength: 1, maxLength: 3 }));
      await fc.assert(
        fc.asyncProperty(cases, async ([index, changes]) => {
          const file = files[index];
          if (!file) return;
          const bytes = changes.reduce(mutateBytes, file.bytes);
          try {
            await tryFile(store, file.name, bytes);
          } catch (error) {
            writeFileSync(join(broken, file.name), bytes);
            throw new Error(`${join(broken, file.name)}: ${String(error)}`, { cause: error });
          }
        }),
        { numRuns: MUTATIONS, seed: SEED },
      );
    },
    Math.max(PROPERTY_TIMEOUT, MUTATIONS * 1_000),
  );

  test('that broke a reader once breaks it no more', async () => {
    const store = await stores.open();
    for (const name of existsSync(CORPUS) ? readdirSync(CORPUS) : []) {
      await tryFile(store, name, readFileSync(join(CORPUS, name)));
    }
  });
});
