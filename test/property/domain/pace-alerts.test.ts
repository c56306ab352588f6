import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PaceAlert } from '../../../src/domain/alert';
import { addDays, type BusinessDay, daysBetween } from '../../../src/domain/calendar';
import { type PaceReport, type PaceState } from '../../../src/domain/pace';
import { decidePace, type PaceAlertSettings, type PaceStanding } from '../../../src/domain/pace-alerts';
import { type QuietWord, wordsInForce } from '../../../src/domain/quiet';
import { paceReport } from '../../support/pace-report';

const FIRST = '2026-05-20';
const NIGHTS = 40;
const SUBJECT = 'pace/2026/booked/all';

/** Reports of some weeks of 2026, in any order, with last complete days that may move back. */
const report = fc
  .record({
    night: fc.nat({ max: NIGHTS }),
    state: fc.constantFrom<PaceState>('on-track', 'at-risk', 'behind', 'behind', 'no-data'),
    lag: fc.nat({ max: 7 }),
  })
  .map(({ night, state, lag }) =>
    paceReport({
      goal: { year: 2026, measure: 'booked', amount: 100n, setOn: null },
      state,
      requestedAsOf: addDays(FIRST, night),
      asOf: state === 'no-data' ? null : addDays(FIRST, night - lag),
    }),
  );
const reports = fc.array(report, { maxLength: 80 });
const inOrder = reports.map((some) => [...some].sort((a, b) => (a.requestedAsOf < b.requestedAsOf ? -1 : 1)));

const word = fc
  .record({
    word: fc.constantFrom<QuietWord['word']>('mute', 'ack', 'unmute'),
    subject: fc.constantFrom('pace', SUBJECT, 'pace/2025', 'data'),
    from: fc.nat({ max: NIGHTS }),
    length: fc.nat({ max: 20 }),
    spell: fc.nat({ max: NIGHTS }),
  })
  .map(({ from, length, spell, ...rest }): QuietWord => ({
    ...rest,
    from: addDays(FIRST, from),
    until: addDays(FIRST, from + length),
    spell: rest.word === 'ack' ? addDays(FIRST, spell) : null,
    by: 'a test',
    reason: 'because',
  }));
const words = fc.array(word, { maxLength: 4 });
const settings = fc.record({ remindDays: fc.integer({ min: 1, max: 10 }), tellAtRisk: fc.boolean() });
const USUAL: PaceAlertSettings = { remindDays: 7, tellAtRisk: false };

interface Ran {
  readonly alerts: readonly PaceAlert[];
  readonly standing: PaceStanding | null;
}

function run(
  observed: readonly PaceReport[],
  { times = 1, said = [], by = USUAL }: { times?: number; said?: readonly QuietWord[]; by?: PaceAlertSettings } = {},
): Ran {
  const alerts: PaceAlert[] = [];
  let standing: PaceStanding | null = null;
  for (const one of observed) {
    for (let time = 0; time < times; time++) {
      const inForce = wordsInForce(said, one.requestedAsOf);
      const decision = decidePace(standing, { report: one, words: inForce, settings: by });
      standing = decision.next;
      if (decision.alert !== null) alerts.push(decision.alert);
    }
  }
  return { alerts, standing };
}

describe('alerts of a pace, whatever is observed in whatever order and whatever operators say', () => {
  test('no two have the same id, and every id may name a file and a job', () => {
    fc.assert(
      fc.property(reports, words, settings, (observed, said, by) => {
        const ids = run(observed, { said, by }).alerts.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^[a-z0-9-]+$/);
      }),
    );
  });

  test('each tells something new: behind and recovered alternate, and a reminder follows behind only', () => {
    fc.assert(
      fc.property(reports, words, settings, (observed, said, by) => {
        let told = 'on-track';
        for (const { kind } of run(observed, { said, by }).alerts) {
          if (kind === 'pace-reminder') expect(told).toBe('behind');
          const tells = { 'pace-behind': 'behind', 'pace-recovered': 'on-track', 'pace-at-risk': 'at-risk' } as const;
          if (kind !== 'pace-reminder') {
            expect(tells[kind]).not.toBe(told);
            told = tells[kind];
          }
        }
      }),
    );
  });

  test('reminders are as many days apart as is set, from one another and from what they remind of', () => {
    fc.assert(
      fc.property(reports, words, settings, (observed, said, by) => {
        const { alerts } = run(observed, { said, by });
        alerts.forEach(({ kind, raisedFor }, index) => {
          if (kind !== 'pace-reminder') return;
          expect(daysBetween(alerts[index - 1]!.raisedFor, raisedFor)).toBeGreaterThanOrEqual(by.remindDays);
        });
      }),
    );
  });

  test('nothing is raised on a day that is muted, and no reminder of a spell that is acknowledged', () => {
    fc.assert(
      fc.property(reports, words, settings, (observed, said, by) => {
        for (const { kind, raisedFor, since } of run(observed, { said, by }).alerts) {
          const holds = (one: QuietWord): boolean => one.subject.startsWith('pace') && one.subject !== 'pace/2025';
          const inForce = wordsInForce(said, raisedFor).filter(holds);
          expect(inForce.filter((one) => one.word === 'mute')).toEqual([]);
          if (kind === 'pace-reminder') {
            expect(inForce.filter((one) => one.spell === since && one.subject === SUBJECT)).toEqual([]);
          }
        }
      }),
    );
  });

  test('a night that is observed several times raises what it raises once', () => {
    fc.assert(
      fc.property(inOrder, words, (observed, said) => {
        const oneANight = observed.filter((one, index) => one.requestedAsOf !== observed[index - 1]?.requestedAsOf);
        expect(run(oneANight, { said, times: 3 })).toEqual(run(oneANight, { said }));
      }),
    );
  });

  test('nights that are all run again after the last one raise nothing and change nothing', () => {
    fc.assert(
      fc.property(inOrder, words, (observed, said) => {
        const lastDay: BusinessDay = observed.at(-1)?.requestedAsOf ?? '';
        const earlier = observed.filter(({ requestedAsOf }) => requestedAsOf < lastDay);
        expect(run([...observed, ...earlier], { said })).toEqual(run(observed, { said }));
      }),
    );
  });

  test('missing data never raise a pace alert, and leave what was judged and told as it was', () => {
    fc.assert(
      fc.property(reports, report, words, settings, (observed, last, said, by) => {
        const { standing } = run(observed, { said, by });
        const missing: PaceReport = { ...last, state: 'no-data', asOf: null };
        const decision = decidePace(standing, { report: missing, words: said, settings: by });
        expect(decision.alert).toBeNull();
        expect(decision.next.judged).toEqual(standing?.judged ?? null);
        expect(decision.next.told).toEqual(standing?.told ?? null);
      }),
    );
  });

  test('a standing with data says the state that was last judged and since when', () => {
    fc.assert(
      fc.property(reports, words, (observed, said) => {
        const { standing } = run(observed, { said });
        if (standing === null || standing.state === 'no-data') return;
        expect(standing).toMatchObject({ state: standing.judged!.state, since: standing.judged!.since });
      }),
    );
  });
});
