import { describe, expect, it } from '@jest/globals';
import { DEMO_SOURCES, planDeliveries } from '../../../src/demo/deliveries';
import { Random } from '../../../src/demo/random';
import { startOfDay } from '../../../src/demo/wall-clock';

describe('the deliveries of the demo', () => {
  it.each(['2026-01-05', '2026-03-10', '2026-08-20', '2026-10-20', '2026-12-31'])(
    'leave out no day of the year up to %s, and the newest export is of the morning after',
    (asOf) => {
      for (const source of DEMO_SOURCES) {
        const files = planDeliveries(source, 2026, asOf, new Random(1, 'test'));
        let covered = startOfDay('2026-01-01');
        for (const { from, snapshot } of [...files].sort((a, b) => a.from - b.from)) {
          expect(from).toBeLessThanOrEqual(covered);
          covered = Math.max(covered, snapshot);
        }
        const morningAfter = covered - startOfDay(asOf) - 86_400;
        expect(morningAfter).toBeGreaterThan(0);
        expect(morningAfter).toBeLessThan(6 * 3_600);
        expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
      }
    },
  );
});
