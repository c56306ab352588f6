/** A short form of `npm run test:faults`: a few nights in which things fail, in both profiles. */
import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import { endure } from '../../faults/nights';
import { type Profile } from '../../faults/deployment';

const SEED = Number(process.env['PACELINE_FAULTS_SEED'] ?? 2);
const NIGHTS = 2;
const LIMIT_MS = 5 * 60_000;

const said: string[] = [];
afterEach(() => void said.splice(0));

async function endures(profile: Profile): Promise<void> {
  const tell = (line: string): void => void said.push(line);
  const outcome = await endure({ profile, nights: NIGHTS, seed: SEED, tell }).catch((error: unknown) => {
    throw new Error(said.join('\n'), { cause: error });
  });
  expect({ ...outcome, told: said.filter((line) => line.includes('\n')) }).toMatchObject({
    nights: NIGHTS,
    findings: [],
  });
  expect(outcome.faults).toBeGreaterThan(0);
}

test('one process with all in it', async () => endures('embedded'), LIMIT_MS);

const [SERVER] = ['redis-server'];
const withRedis = spawnSync(SERVER, ['--version']).status === 0 || process.env['CI'] !== undefined ? test : test.skip;
withRedis('workers and schedulers over servers', async () => endures('server'), LIMIT_MS);
