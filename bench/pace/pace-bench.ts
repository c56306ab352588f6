import { type BenchOptions } from '../bench';
import { type PaceBenchReport, reportOf, reportText } from './report';
import { trialOf } from './trial';

const PROGRESS_EVERY = 100;

/** benchPace simulates years and judges every night of them, three times: met, missed, met with a platform missing. */
export function benchPace({ years, seed, progress }: BenchOptions): { report: PaceBenchReport; text: string } {
  const began = process.cpuUsage();
  const trials = Array.from({ length: years }, (_, index) => {
    if (index > 0 && index % PROGRESS_EVERY === 0) progress(`${index} of ${years} years`);
    return trialOf(seed, index);
  });
  const { user, system } = process.cpuUsage(began);
  const report = reportOf(trials, { seed, cpuSeconds: (user + system) / 1e6 });
  return { report, text: reportText(report) };
}
