import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Alert, type AlertStanding, decideAlert } from '../../../src/domain/alert';
import { addDays } from '../../../src/domain/calendar';
import { type PaceReport, type PaceState } from '../../../src/domain/pace';

/** Reports of a few weeks of 2026, in any order, with last complete days that may move back. */
const report = fc
  .record({
    night: fc.nat({ max: 25 }),
    state: fc.constantFrom<PaceState>('on-track', 'at-risk', 'behind', 'no-data'),
    lag: fc.nat({ max: 7 }),
  })
  .map(({ night, state, lag }): PaceReport => ({
    goal: { year: 2026, measure: 'booked', amount: 100n, setOn: null },
    state,
    requestedAsOf: addDays('2026-05-20', night),
    asOf: state === 'no-data' ? null : addDays('2026-05-20', night - lag),
    actual: 0n,
    remaining: 100n,
    remainingDays: 1,
    dailyNeeded: 100n,
    dailySoFar: 0n,
    straightLine: { share: 0.5, expected: 50n, gap: -50n, projected: 0n },
    seasonal: { share: 0.5, expected: 50n, gap: -50n, projected: 0n, source: 'test' },
    waitingFor: [],
    shops: 1,
    because: 'test',
  }));
const reports = fc.array(report, { maxLength: 60 });
const inOrder = reports.map((some) => [...some].sort((a, b) => (a.requestedAsOf < b.requestedAsOf ? -1 : 1)));

function run(observed: readonly PaceReport[], times = 1): { alerts: Alert[]; standing: AlertStanding | null } {
  const alerts: Alert[] = [];
  let standing: AlertStanding | null = null;
  for (const one of observed) {
    for (let time = 0; time < times; time++) {
      const decision = decideAlert(standing, one);
      standing = decision.next;
      if (decision.alert !== null) alerts.push(decision.alert);
    }
  }
  return { alerts, standing };
}
const paceKinds = (alerts: readonly Alert[]): Alert[] => alerts.filter(({ kind }) => kind !== 'data-missing');

describe('alerts', () => {
  test('behind and recovered alternate, beginning with behind, whatever is observed in whatever order', () => {
    fc.assert(
      fc.property(reports, (observed) => {
        paceKinds(run(observed).alerts).forEach(({ kind }, index) =>
          expect(kind).toBe(index % 2 === 0 ? 'pace-behind' : 'pace-recovered'),
        );
      }),
    );
  });

  test('no two pace alerts have the same id, and every id may name a file and a job', () => {
    fc.assert(
      fc.property(reports, (observed) => {
        const { alerts } = run(observed);
        const ids = paceKinds(alerts).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { id } of alerts) expect(id).toMatch(/^[a-z0-9-]+$/);
      }),
    );
  });

  test('every observation handed in several times raises what it raises once', () => {
    fc.assert(fc.property(reports, (observed) => expect(run(observed, 3)).toEqual(run(observed))));
  });

  test('nights that are all run again after the last one raise nothing and change nothing', () => {
    fc.assert(
      fc.property(inOrder, (observed) => {
        const once = run(observed);
        const lastDay = observed.at(-1)?.requestedAsOf ?? '';
        const earlier = observed.filter(({ requestedAsOf }) => requestedAsOf < lastDay);
        expect(run([...observed, ...earlier])).toEqual(once);
      }),
    );
  });

  test('missing data never raise a pace alert, and leave what was judged as it was', () => {
    fc.assert(
      fc.property(reports, report, (observed, last) => {
        const { standing } = run(observed);
        const decision = decideAlert(standing, { ...last, state: 'no-data', asOf: null });
        expect([undefined, 'data-missing']).toContain(decision.alert?.kind);
        expect(decision.next.judged).toEqual(standing?.judged ?? null);
      }),
    );
  });

  test('a standing with data says the state that was last judged and since when', () => {
    fc.assert(
      fc.property(reports, (observed) => {
        const { standing } = run(observed);
        if (standing === null || standing.state === 'no-data') return;
        expect(standing).toMatchObject({ state: standing.judged!.state, since: standing.judged!.since });
      }),
    );
  });
});
