import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Random, weighted } from '../../src/demo/random';
import { addDays, type BusinessDay } from '../../src/domain/calendar';
import { until } from '../support/process';
import { isDone } from './audit';
import { type Deployment, type Profile, type Role } from './deployment';
import { isDiskFull, type Made, type Story } from './story';

/** What a fault may reach for. */
export interface Scene {
  readonly deployment: Deployment;
  readonly story: Story;
  readonly random: Random;
  readonly day: BusinessDay;
  /** The night's exports, not in the inbox yet. */
  readonly made: Made[];
}

/** Fault is something that goes wrong in a night. It answers when it is over. */
export interface Fault {
  readonly name: string;
  readonly profiles: readonly Profile[];
  /** Only where the home lies on a disk of its own, which may be filled. */
  readonly needsOwnDisk?: true;
  /** A fault that is not drawn into the same night, since the two together may rightly put a file off to the next one. */
  readonly notWith?: string;
  /** Before the processes are started. */
  readonly before?: (scene: Scene) => Promise<void>;
  /** From just before the processes start, while the night runs. */
  readonly during?: (scene: Scene) => Promise<void>;
}

const BOTH: readonly Profile[] = ['embedded', 'server'];
const SERVER: readonly Profile[] = ['server'];
/** A night of these sizes takes about so long, once it has begun. */
const NIGHT_MS = 2_500;
const ONE_LOOK_MS = 10;
/** Longer than the lock of a job. */
const FROZEN_MS = 20_000;
const GROWS_FOR_MS = 6_000;
const FULL_FOR_MS = 4_000;

async function untilBegun({ deployment }: Scene): Promise<void> {
  const begun = (): boolean =>
    deployment.said().some(({ msg }) => typeof msg === 'string' && /^night .* begins/.test(msg));
  await until(begun, 60_000);
}

/** somewhen waits for a moment in the night. */
async function somewhen(scene: Scene): Promise<void> {
  await untilBegun(scene);
  await wait(scene.random.int(0, NIGHT_MS));
}

const member = ({ deployment, random }: Scene, ...roles: Role[]) =>
  random.pick(weighted(deployment.members.filter(({ role }) => roles.includes(role))));

const killed = (name: string, profiles: readonly Profile[], ...roles: Role[]): Fault => ({
  name,
  profiles,
  during: async (scene) => {
    await somewhen(scene);
    member(scene, ...roles).kill();
  },
});

const cut = (name: string, pattern: RegExp, when: 'asked' | 'answered'): Fault => ({
  name,
  profiles: SERVER,
  during: async ({ deployment: { servers }, random }) => {
    await servers?.wire.cutAt({ pattern, when, forMs: random.int(100, 2_000) });
  },
});

/** FAULTS are all that the harness knows how to do to a night. */
export const FAULTS: readonly Fault[] = [
  killed('worker killed', BOTH, 'all', 'worker'),
  killed('worker killed once more', BOTH, 'all', 'worker'),
  killed('scheduler killed', SERVER, 'scheduler'),
  {
    name: 'API killed',
    profiles: SERVER,
    during: async (scene) => {
      await somewhen(scene);
      await until(() => scene.deployment.apiAnswers(), 60_000);
      member(scene, 'api').kill();
      await until(async () => !(await scene.deployment.apiAnswers()), 60_000);
      await until(() => scene.deployment.apiAnswers(), 60_000);
    },
  },
  {
    name: 'engine killed',
    profiles: BOTH,
    during: async (scene) => {
      await somewhen(scene);
      await scene.deployment.killEngine();
    },
  },
  {
    name: 'worker frozen past its lock',
    profiles: SERVER,
    during: async (scene) => {
      await somewhen(scene);
      const frozen = member(scene, 'worker');
      frozen.kill('SIGSTOP');
      await wait(FROZEN_MS);
      frozen.kill('SIGCONT');
    },
  },
  {
    name: 'Redis killed',
    profiles: SERVER,
    during: async (scene) => {
      await somewhen(scene);
      await scene.deployment.servers?.redis.restart();
    },
  },
  {
    name: 'Redis lost its memory',
    profiles: SERVER,
    during: async (scene) => {
      await somewhen(scene);
      await scene.deployment.servers?.redis.forget();
    },
  },
  cut('network cut in the middle of an insert', /INSERT INTO\s+\S*(staging|orders)/, 'asked'),
  cut('network cut before the answer to an insert', /INSERT INTO/, 'answered'),
  cut('network cut before a commit', /ATTACH PARTITION/, 'asked'),
  cut('network cut in the middle of a commit', /ATTACH PARTITION/, 'answered'),
  {
    name: 'mail server down',
    profiles: BOTH,
    before: async ({ deployment }) => await deployment.post.close(),
    during: async (scene) => {
      await untilBegun(scene);
      await wait(scene.random.int(NIGHT_MS, NIGHT_MS * 4));
      await scene.deployment.post.open();
    },
  },
  {
    name: 'mail server busy',
    profiles: BOTH,
    before: ({ deployment }) => {
      deployment.post.meet('busy', 'busy');
      return Promise.resolve();
    },
  },
  {
    name: 'mail server gone after DATA',
    profiles: BOTH,
    before: ({ deployment }) => {
      deployment.post.meet('hangs-up');
      return Promise.resolve();
    },
  },
  {
    name: 'file dropped twice',
    profiles: BOTH,
    before: async ({ story, made, deployment, random }) => {
      const twice = random.pick(weighted(made));
      await story.handIn(twice, deployment.inbox, twice.place.replace(/([^/]*)$/, '副本-$1'));
    },
  },
  {
    name: 'file that grows while it is read',
    profiles: BOTH,
    // Whoever writes it stops as long as the disk is full, so that it is taken for finished, and held as cut off.
    notWith: 'disk full',
    during: async (scene) => {
      const { story, made, deployment } = scene;
      const growing = made.pop();
      if (growing) await story.trickleIn(growing, deployment.inbox, GROWS_FOR_MS);
    },
  },
  {
    name: 'clock ahead',
    profiles: BOTH,
    before: async ({ deployment, day, random }) => {
      const ahead = addDays(day, random.int(1, 3));
      const clock = `${ahead} 05:17:00`;
      deployment.start(clock);
      // The clock of another night may have gone ahead to the same day, which is done then.
      await until(() => isDone(deployment, ahead, clock), 120_000);
      await deployment.stop();
    },
  },
  {
    name: 'disk full',
    profiles: ['embedded'],
    needsOwnDisk: true,
    during: async (scene) => {
      await somewhen(scene);
      const ballast = join(scene.deployment.home, 'ballast');
      const freeAt = Date.now() + FULL_FOR_MS;
      while (Date.now() < freeAt) {
        fill(ballast, scene.deployment.home);
        await wait(ONE_LOOK_MS);
      }
      rmSync(ballast, { force: true });
    },
  },
];

/** fill leaves no byte of a disk. */
function fill(ballast: string, folder: string): void {
  const file = openSync(ballast, 'a');
  try {
    for (const block of [1 << 20, 1 << 12]) {
      const zeros = Buffer.alloc(block);
      for (let free = statfsSync(folder); free.bavail * free.bsize >= block; free = statfsSync(folder)) {
        writeSync(file, zeros);
      }
    }
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  } finally {
    closeSync(file);
  }
}
