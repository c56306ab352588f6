import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** ProcessUse is what a process has used since it began; null where the system does not tell (only Linux does). */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly peakMemoryMiB: number;
}

/** Linux counts processor time in hundredths of a second on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** processUse reads a living process's processor time (all threads) and its peak resident memory from /proc. */
export function processUse(pid: number): ProcessUse | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces: fields are counted after it. User and system time are the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
    // A process that has ended but is not yet waited for has no memory left to tell of.
    if (Number.isNaN(ticks) || Number.isNaN(peak)) return null;
    return { cpuSeconds: ticks / TICKS_PER_SECOND, peakMemoryMiB: peak / KIB_PER_MIB };
  } catch {
    return null;
  }
}

/** usedBetween is the processor time from one reading to a later one, with the later one's peak; null when either is. */
export const usedBetween = (before: ProcessUse | null, after: ProcessUse | null): ProcessUse | null =>
  before && after && { ...after, cpuSeconds: after.cpuSeconds - before.cpuSeconds };

const SAMPLE_MS = 20;
const END_TIMEOUT_MS = 20_000;

/** untilEnded waits until a process that is about to end has ended, so that it costs nobody else time; 20 s at most. */
export async function untilEnded(pid: number): Promise<void> {
  const giveUpAt = Date.now() + END_TIMEOUT_MS;
  while (processUse(pid) !== null && Date.now() < giveUpAt) await delay(SAMPLE_MS);
}

/** ProcessWatch follows a process to its end: both figures only grow, so the last sample misses at most 20 ms of it. */
export class ProcessWatch {
  private last: ProcessUse | null = null;
  private readonly timer: NodeJS.Timeout;

  /** `pid` may be unknown at first: it is asked for until it answers. */
  constructor(private readonly pid: () => number | null) {
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
  }

  private sample(): void {
    const pid = this.pid();
    if (pid !== null) this.last = processUse(pid) ?? this.last;
  }

  /** Ends the watch; null when nothing was seen. */
  stop(): ProcessUse | null {
    this.sample();
    clearInterval(this.timer);
    return this.last;
  }
}
