/**
 * npm run test:faults -- --nights N: nights in which processes, servers, disks and networks fail, half of them in the
 * embedded profile and half over servers, each audited. Ends in one line of figures, and in failure when one is not 0.
 */
import { parseArgs } from 'node:util';
import { allOf } from '../../src/clickhouse/shards';
import { type Profile } from './deployment';
import { endure } from './nights';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      nights: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string' },
    },
  });
  const nights = Number(values.nights);
  const seed = Number(values.seed);
  const shares: Record<Profile, number> = { embedded: Math.ceil(nights / 2), server: Math.floor(nights / 2) };
  if (values.profile === 'embedded' || values.profile === 'server') {
    shares.embedded = shares.server = 0;
    shares[values.profile] = nights;
  }
  // A night is mostly spent waiting: the profiles run at once.
  const outcomes = await allOf(
    (['embedded', 'server'] as const)
      .filter((profile) => shares[profile] > 0)
      .map(async (profile) => await endure({ profile, nights: shares[profile], seed, tell: say })),
  );
  const sum = { nights: 0, faults: 0, mails: 0, wrong: 0, lost: 0, doubled: 0 };
  for (const outcome of outcomes) {
    sum.nights += outcome.nights;
    sum.faults += outcome.faults;
    sum.mails += outcome.mails;
    for (const { kind } of outcome.findings) sum[kind] += 1;
  }
  say(`mails ${sum.mails}`);
  say(`nights ${sum.nights}, faults ${sum.faults}, wrong ${sum.wrong}, lost ${sum.lost}, doubled ${sum.doubled}`);
  return sum.wrong + sum.lost + sum.doubled === 0;
}

void main().then(
  (survived) => process.exit(survived ? 0 : 1),
  (error: unknown) => {
    say(String(error));
    process.exit(1);
  },
);
