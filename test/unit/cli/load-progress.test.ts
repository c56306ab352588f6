import { describe, expect, test } from '@jest/globals';
import { loadProgress } from '../../../src/cli/load-progress';

function shown(): { lines: string[]; at: (ms: number) => void; tell: ReturnType<typeof loadProgress> } {
  const lines: string[] = [];
  let now = 0;
  const tell = loadProgress({ progress: (line) => lines.push(line) }, '1 of 2: a.csv', () => now);
  return { lines, at: (ms) => (now = ms), tell };
}

describe('the progress of a file on a terminal', () => {
  test('shows bytes of the whole, share, rate and rows', () => {
    const { lines, at, tell } = shown();
    at(2000);
    tell({ bytes: 50_000_000, bytesTotal: 200_000_000, rows: 250_000 });
    expect(lines).toEqual(['1 of 2: a.csv  25 %, 50.0 of 200.0 MB, 25.0 MB/s, 250000 rows']);
  });

  test('claims no share of a file that is rewritten on the way', () => {
    const { lines, at, tell } = shown();
    at(1000);
    tell({ bytes: 3_000_000, bytesTotal: null, rows: 10 });
    expect(lines).toEqual(['1 of 2: a.csv  3.0 MB, 3.0 MB/s, 10 rows']);
  });

  test('is written at most ten times a second, and begins anew with a second reading', () => {
    const { lines, at, tell } = shown();
    for (let ms = 0; ms <= 1000; ms += 10) {
      at(ms);
      tell({ bytes: ms * 1000, bytesTotal: 1_000_000, rows: ms });
    }
    expect(lines).toHaveLength(11);
    at(3000);
    tell({ bytes: 0, bytesTotal: 1_000_000, rows: 0 });
    at(4000);
    tell({ bytes: 1_000_000, bytesTotal: 1_000_000, rows: 9 });
    expect(lines.at(-1)).toBe('1 of 2: a.csv  100 %, 1.0 of 1.0 MB, 1.0 MB/s, 9 rows');
  });
});
