import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, daysBetween } from '../../../src/domain/calendar';
import { type DataAlert, type ReportAlert } from '../../../src/domain/alert';
import { decideData, type DataStanding } from '../../../src/domain/data-alerts';
import { type DataFinding } from '../../../src/domain/data-findings';
import { muteOf, type QuietWord, wordsInForce } from '../../../src/domain/quiet';
import { decideReports, REPORT_PERIODS, type ReportStanding } from '../../../src/domain/report-alerts';
import { reportBehind } from '../../unit/mail/alerts';

const FIRST = '2026-12-01';
const finding = (shop: string): DataFinding => ({
  kind: 'missing',
  subject: `data/missing/jd/${shop}`,
  platform: 'jd',
  shop,
  last: null,
  days: 1,
  first: FIRST,
});
const findings = fc.subarray(['甲', '乙', '丙', 'valueOf'].map(finding));
const nights = fc.array(fc.record({ gap: fc.nat({ max: 4 }), findings }), { maxLength: 40 });
const words = fc.array(
  fc
    .record({
      word: fc.constantFrom<QuietWord['word']>('mute', 'mute', 'unmute'),
      subject: fc.constantFrom('data', 'data/missing/jd/甲', 'data/missing/jd/valueOf', 'pace'),
      from: fc.nat({ max: 60 }),
      length: fc.nat({ max: 30 }),
    })
    .map(({ from, length, ...rest }): QuietWord => ({
      ...rest,
      from: addDays(FIRST, from),
      until: addDays(FIRST, from + length),
      spell: null,
      by: 'a test',
      reason: 'because',
    })),
  { maxLength: 3 },
);

describe('alerts on data, whatever goes wrong and whatever is muted', () => {
  function run(observed: readonly { gap: number; findings: readonly DataFinding[] }[], said: readonly QuietWord[]) {
    let day = FIRST;
    let standing: DataStanding | null = null;
    const alerts: DataAlert[] = [];
    for (const night of observed) {
      day = addDays(day, night.gap);
      const observation = { day, findings: night.findings, words: wordsInForce(said, day), report: reportBehind };
      const { next, alert } = decideData(standing, observation);
      standing = next;
      if (alert) alerts.push(alert);
      // What nobody was told of and nobody muted is nowhere.
      for (const known of next.known.filter(({ goneSince, toldOn }) => goneSince === null && toldOn === null)) {
        expect(muteOf(observation.words, known.subject)).not.toBeNull();
      }
    }
    return { alerts, standing };
  }

  test('each thing is told once until it has been gone for a week, and never while it is muted', () => {
    fc.assert(
      fc.property(nights, words, (observed, said) => {
        const { alerts } = run(observed, said);
        const lastTold = new Map<string, string>();
        for (const { found, raisedFor } of alerts) {
          for (const { subject } of found) {
            expect(muteOf(wordsInForce(said, raisedFor), subject)).toBeNull();
            const before = lastTold.get(subject);
            if (before !== undefined) expect(daysBetween(before, raisedFor)).toBeGreaterThanOrEqual(7);
            lastTold.set(subject, raisedFor);
          }
        }
        expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
      }),
    );
  });

  test('all that is new on one night is one alert, and running the night again raises nothing', () => {
    fc.assert(
      fc.property(nights, words, (observed, said) => {
        const twice = observed.flatMap((night) => [night, { ...night, gap: 0 }]);
        expect(run(twice, said)).toEqual(run(observed, said));
      }),
    );
  });
});

describe('reports', () => {
  const year = (of: number, asOf: string | null) => ({
    ...reportBehind,
    goal: { ...reportBehind.goal, year: of },
    asOf,
  });

  test('of a period are raised at most once, after its end, in order of time, whatever nights run with whatever data', () => {
    const observed = fc.array(fc.record({ gap: fc.nat({ max: 12 }), lag: fc.nat({ max: 20 }) }), { maxLength: 60 });
    fc.assert(
      fc.property(observed, words, (some, said) => {
        let day = '2026-10-01';
        let standing: ReportStanding | null = null;
        const alerts: ReportAlert[] = [];
        for (const { gap, lag } of some) {
          day = addDays(day, gap);
          const asOf = addDays(day, -1 - lag);
          const ofYear = Number(day.slice(0, 4));
          const reports = [
            year(ofYear, asOf.startsWith(String(ofYear)) ? asOf : null),
            year(ofYear - 1, `${ofYear - 1}-12-31`),
          ];
          const decision = decideReports(standing, {
            day,
            reports,
            wanted: REPORT_PERIODS,
            words: wordsInForce(said, day),
            openFindings: [],
          });
          standing = decision.next;
          for (const alert of decision.alerts) expect(alert.to < day).toBe(true);
          alerts.push(...decision.alerts);
        }
        expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
        for (const period of REPORT_PERIODS) {
          const ends = alerts.filter(({ kind }) => kind === `report-${period}`).map(({ to }) => to);
          expect(ends).toEqual([...ends].sort());
        }
      }),
    );
  });
});
