import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setGoal } from '../../src/clickhouse/goals';
import { Random, weighted } from '../../src/demo/random';
import { addDays, type BusinessDay, yearOf } from '../../src/domain/calendar';
import { type Finding, audit, isOver, looking } from './audit';
import { Deployment, type Profile } from './deployment';
import { type Fault, FAULTS } from './faults';
import { type Made, Story } from './story';
import { until } from '../support/process';

/** Orders of a trial: how many nights, of which profile, drawn from which seed. */
export interface Trial {
  readonly profile: Profile;
  readonly nights: number;
  readonly seed: number;
  /** Told how each night went. */
  readonly tell: (line: string) => void;
}

/** Outcome of a trial: what was done to it and what it did wrong. */
export interface Outcome {
  readonly nights: number;
  readonly faults: number;
  readonly mails: number;
  readonly findings: readonly Finding[];
}

/** After Spring Festival and the days in which nothing is judged. */
const FIRST_NIGHT: BusinessDay = '2026-04-02';
const AT = '03:00:00';
const MOST_FAULTS = 3;
const NIGHT_WITHIN_MS = 180_000;
const DISK_MB = 1_500;
/** The goal is out of reach and within it by turns, so that the bureau has to be told. */
const TURN_EVERY = 3;
const [OUT_OF_REACH, MET] = [10_000_000_000_000n, 100n];

/** endure runs nights in which things go wrong, and audits each. @throws Error when a night does not come to its end */
export async function endure({ profile, nights, seed, tell }: Trial): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'paceline-faults-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, 'inbox'), { recursive: true });
  const ownDisk = profile === 'embedded' && mount(home);
  if (ownDisk) mkdirSync(join(home, 'inbox'), { recursive: true });
  else if (profile === 'embedded') tell('a disk of its own cannot be mounted here: it is never full');
  const random = new Random(seed, `faults ${profile}`);
  const story = new Story(join(folder, 'made'), seed);
  const deployment = await Deployment.set(profile, home, folder);
  const usable = FAULTS.filter((fault) => fault.profiles.includes(profile) && (ownDisk || !fault.needsOwnDisk));
  const outcome = { nights: 0, faults: 0, mails: 0, findings: [] as Finding[] };
  const handedIn: Made[] = [];
  try {
    for (let number = 0; number < nights; number += 1) {
      const day = addDays(FIRST_NIGHT, number);
      const faults = draw(usable, random);
      const began = Date.now();
      const found = await night({ deployment, story, random, day, handedIn, faults, number });
      outcome.nights += 1;
      outcome.faults += faults.length;
      outcome.findings.push(...found);
      const names = faults.map(({ name }) => name).join(', ');
      tell(`${profile} ${day} ${((Date.now() - began) / 1000).toFixed(1)} s: ${names || 'nothing'}${summaryOf(found)}`);
    }
    outcome.mails = deployment.post.taken.length;
    return outcome;
  } catch (error) {
    for (const line of deployment.said().slice(-40)) tell(JSON.stringify(line));
    throw error;
  } finally {
    await deployment.stop();
    await deployment.close();
    if (ownDisk) spawnSync('umount', ['--lazy', home]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** A small disk for the home alone, so that it can be filled; only root may have one. */
const mount = (home: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', home]).status === 0;

function draw(usable: readonly Fault[], random: Random): Fault[] {
  const drawn = new Set<Fault>();
  for (let count = random.int(1, MOST_FAULTS); count > 0; count -= 1) {
    const fault = random.pick(weighted(usable));
    if (![...drawn].some((other) => isClash(fault, other))) drawn.add(fault);
  }
  return [...drawn];
}

const isClash = (fault: Fault, other: Fault): boolean => fault.notWith === other.name || other.notWith === fault.name;

const summaryOf = (found: readonly Finding[]): string =>
  found.map(({ kind, what }) => `\n  ${kind.toUpperCase()}: ${what}`).join('');

interface Night {
  readonly deployment: Deployment;
  readonly story: Story;
  readonly random: Random;
  readonly day: BusinessDay;
  readonly handedIn: Made[];
  readonly faults: readonly Fault[];
  readonly number: number;
}

async function night({ deployment, story, random, day, handedIn, faults, number }: Night): Promise<Finding[]> {
  const clock = `${day} ${AT}`;
  const made = await story.exportsOf(day);
  handedIn.push(...made);
  const scene = { deployment, story, random, day, made };
  const during = faults.flatMap(({ during: act }) => (act ? [act] : []));
  for (const { before } of faults) await before?.(scene);
  // Some hand in an export in their own way.
  const acts = during.map((act) => act(scene));
  for (const each of made) await story.handIn(each, deployment.inbox);
  deployment.start(clock);
  await until(() => isOver(deployment, day, clock), NIGHT_WITHIN_MS).catch(() => {
    throw new Error(`the night of ${day} does not come to its end`);
  });
  deployment.servers?.wire.forget();
  await Promise.all(acts);
  deployment.post.meet();
  const found = await auditTwice(deployment, handedIn, story, day);
  if (number % TURN_EVERY === TURN_EVERY - 1) await turnGoal(deployment, day, number);
  if (!(await deployment.stop())) found.push({ kind: 'wrong', what: 'a process did not stop in time' });
  return found;
}

/** A fault may still be going on when the night is over: what is amiss then is looked at once more. */
async function auditTwice(
  deployment: Deployment,
  handedIn: readonly Made[],
  story: Story,
  day: BusinessDay,
): Promise<Finding[]> {
  const look = async (): Promise<Finding[]> => await audit(deployment, handedIn, story.truth(day), day);
  try {
    return await look();
  } catch {
    await until(async () => await looking(deployment, (db) => db.ping()).catch(() => false), 60_000);
    return await look();
  }
}

async function turnGoal(deployment: Deployment, day: BusinessDay, number: number): Promise<void> {
  const amount = Math.floor(number / TURN_EVERY) % 2 === 0 ? OUT_OF_REACH : MET;
  const goal = { year: yearOf(day), measure: 'net', amount, setOn: day } as const;
  await looking(deployment, async (db) => await setGoal(db, goal, new Date()));
}
