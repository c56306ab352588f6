import { type LoadProgress } from '../operations/counted-body';
import { type Io } from './io';

/** Often enough to be seen moving, seldom enough to cost nothing. */
const EVERY_MS = 100;
const MB = 1_000_000;

/** loadProgress shows on a terminal how far a file has come: bytes, share, rate, lines. */
export function loadProgress(
  io: Pick<Io, 'progress'>,
  label: string,
  clock: () => number = () => performance.now(),
): (progress: LoadProgress) => void {
  let began = clock();
  let shown = Number.NEGATIVE_INFINITY;
  let before = 0;
  return (progress) => {
    const now = clock();
    // A second reading of the same file, for its rejects.
    if (progress.bytes < before) began = now;
    before = progress.bytes;
    if (now - shown < EVERY_MS) return;
    shown = now;
    io.progress(`${label}  ${progressText(progress, (now - began) / 1000)}`);
  };
}

function progressText({ bytes, bytesTotal, rows }: LoadProgress, seconds: number): string {
  const size = (count: number): string => (count / MB).toFixed(1);
  const share =
    bytesTotal === null
      ? `${size(bytes)} MB`
      : `${Math.min(100, Math.round((100 * bytes) / bytesTotal))} %, ${size(bytes)} of ${size(bytesTotal)} MB`;
  const rate = seconds > 0 ? `, ${size(bytes / seconds)} MB/s` : '';
  return `${share}${rate}, ${rows} rows`;
}
