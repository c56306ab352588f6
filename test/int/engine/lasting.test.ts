/** A process that runs for years, whose engine does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { endpointFile, engineEndpoint } from '../../../src/clickhouse/engine/files';
import { readConfig } from '../../../src/config';
import { silentLogger } from '../../../src/log';
import { deploymentOf } from '../../../src/operations/deployment';
import { lastingOperations, LastingStore } from '../../../src/operations/lasting-store';
import { removeFolders, temporaryFolder, until } from '../../support/process';

afterAll(removeFolders);

const engineOf = (home: string): number =>
  engineEndpoint.parse(JSON.parse(readFileSync(endpointFile(join(home, 'engine')), 'utf8'))).pid;

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('an engine that was killed is started again, and what it knew is there', async () => {
  const home = temporaryFolder();
  const store = await LastingStore.open(deploymentOf(readConfig({ PACELINE_HOME: home }), silentLogger));
  try {
    const operations = lastingOperations(store);
    await operations.recordNight({ nightId: '2026-06-10', due: '2026-06-10' });
    const first = engineOf(home);
    process.kill(first, 'SIGKILL');
    await until(() => isGone(first));

    // Several at once, as the jobs of a night: each is told, and one engine is started.
    const told = await Promise.allSettled(Array.from({ length: 5 }, () => operations.isNightDone('2026-06-10')));
    expect(told.map(({ status }) => status)).toContain('rejected');
    for (const each of told) if (each.status === 'rejected') expect(each.reason).toMatchObject({ kind: 'transient' });
    expect(await operations.isNightDone('2026-06-10')).toBe(true);
    expect(engineOf(home)).not.toBe(first);

    const second = engineOf(home);
    process.kill(second, 'SIGKILL');
    await until(() => isGone(second));
    await expect(operations.recordNight({ nightId: '2026-06-11', due: '2026-06-11' })).rejects.toMatchObject({
      code: 'store-unreachable',
    });
    await operations.recordNight({ nightId: '2026-06-11', due: '2026-06-11' });
    expect(await operations.isNightDone('2026-06-11')).toBe(true);
  } finally {
    await store.close();
  }
});
