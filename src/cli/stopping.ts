import { inheritedEnv } from './worker-script';

const LOOK_EVERY_MS = 500;

/**
 * whenToldToStop calls back on SIGTERM and SIGINT. npx passes neither on: under it, its own end is a word to stop as well,
 * lest what it started goes on where nobody sees it.
 */
export function whenToldToStop(stop: () => void): void {
  process.on('SIGTERM', stop).on('SIGINT', stop);
  if (inheritedEnv()['npm_command'] !== 'exec') return;
  const { ppid: npx } = process;
  const timer = setInterval(() => {
    if (process.ppid === npx) return;
    clearInterval(timer);
    stop();
  }, LOOK_EVERY_MS);
  timer.unref();
}
