import { describe, expect, test } from '@jest/globals';
import { type AlertKind, type AlertStanding, decideAlert } from '../../../src/domain/alert';
import { type BusinessDay } from '../../../src/domain/calendar';
import { type PaceReport, type PaceState } from '../../../src/domain/pace';

const report = (
  day: BusinessDay,
  state: PaceState,
  asOf: BusinessDay | null = state === 'no-data' ? null : day,
): PaceReport => ({
  goal: { year: 2026, measure: 'net', amount: 100n, setOn: null },
  state,
  requestedAsOf: day,
  asOf,
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
});

/** An observation of a night: day asked about, state, and the last complete day where it is another one. */
type Night = [day: string, state: PaceState, asOf?: string];

/** Runs nights of September 2026 through the machine and tells what was raised, as `day kind`. */
function raised(nights: readonly Night[]): { alerts: string[]; standing: AlertStanding | null } {
  const alerts: string[] = [];
  let standing: AlertStanding | null = null;
  for (const [day, state, asOf] of nights) {
    const observed: PaceReport =
      asOf === undefined ? report(`2026-09-${day}`, state) : report(`2026-09-${day}`, state, `2026-09-${asOf}`);
    const decision = decideAlert(standing, observed);
    standing = decision.next;
    if (decision.alert !== null) alerts.push(`${decision.alert.raisedFor.slice(-2)} ${decision.alert.kind}`);
  }
  return { alerts, standing };
}

const cases: [name: string, nights: Night[], alerts: `${string} ${AlertKind}`[], standing: [PaceState, string]][] = [
  [
    'a year on track from the first night raises nothing',
    [
      ['01', 'on-track'],
      ['02', 'on-track'],
    ],
    [],
    ['on-track', '01'],
  ],
  ['a first night that is behind is raised', [['01', 'behind']], ['01 pace-behind'], ['behind', '01']],
  [
    'a year that stays behind is raised once',
    [
      ['01', 'on-track'],
      ['02', 'behind'],
      ['03', 'behind'],
    ],
    ['02 pace-behind'],
    ['behind', '02'],
  ],
  [
    'a recovery is raised once',
    [
      ['01', 'behind'],
      ['05', 'on-track'],
      ['06', 'on-track'],
    ],
    ['01 pace-behind', '05 pace-recovered'],
    ['on-track', '05'],
  ],
  [
    'a second fall is raised again',
    [
      ['01', 'behind'],
      ['05', 'on-track'],
      ['09', 'behind'],
    ],
    ['01 pace-behind', '05 pace-recovered', '09 pace-behind'],
    ['behind', '09'],
  ],
  [
    'missing data are raised once',
    [
      ['01', 'on-track'],
      ['02', 'no-data'],
      ['03', 'no-data'],
    ],
    ['02 data-missing'],
    ['no-data', '02'],
  ],
  [
    'a first night without data is raised',
    [
      ['01', 'no-data'],
      ['02', 'no-data'],
    ],
    ['01 data-missing'],
    ['no-data', '01'],
  ],
  [
    'data that go missing again are raised again',
    [
      ['01', 'no-data'],
      ['02', 'on-track'],
      ['05', 'no-data'],
    ],
    ['01 data-missing', '05 data-missing'],
    ['no-data', '05'],
  ],
  [
    'days without data do not make behind news',
    [
      ['01', 'behind'],
      ['02', 'no-data'],
      ['03', 'no-data'],
      ['04', 'behind'],
    ],
    ['01 pace-behind', '02 data-missing'],
    ['behind', '01'],
  ],
  [
    'days without data do not hide a fall',
    [
      ['01', 'on-track'],
      ['02', 'no-data'],
      ['04', 'behind'],
    ],
    ['02 data-missing', '04 pace-behind'],
    ['behind', '04'],
  ],
  [
    'days without data do not hide a recovery',
    [
      ['01', 'behind'],
      ['02', 'no-data'],
      ['04', 'on-track'],
    ],
    ['01 pace-behind', '02 data-missing', '04 pace-recovered'],
    ['on-track', '04'],
  ],
  [
    'the first data after none may be behind',
    [
      ['01', 'no-data'],
      ['02', 'behind'],
    ],
    ['01 data-missing', '02 pace-behind'],
    ['behind', '02'],
  ],
  [
    'data that come back on track raise nothing',
    [
      ['01', 'on-track'],
      ['02', 'no-data'],
      ['03', 'on-track'],
    ],
    ['02 data-missing'],
    ['on-track', '01'],
  ],
  [
    'a re-run of an earlier day changes nothing',
    [
      ['05', 'on-track'],
      ['03', 'behind'],
      ['04', 'no-data'],
    ],
    [],
    ['on-track', '05'],
  ],
  [
    'the same night run twice raises nothing the second time',
    [
      ['01', 'behind'],
      ['01', 'behind'],
      ['02', 'no-data'],
      ['02', 'no-data'],
    ],
    ['01 pace-behind', '02 data-missing'],
    ['no-data', '02'],
  ],
  [
    'files that come later on the same day may show that the year is behind',
    [
      ['01', 'on-track'],
      ['01', 'behind'],
    ],
    ['01 pace-behind'],
    ['behind', '01'],
  ],
  [
    'behind is not taken back on the day that raised it',
    [
      ['01', 'behind'],
      ['01', 'on-track'],
    ],
    ['01 pace-behind'],
    ['behind', '01'],
  ],
  [
    'but on the next',
    [
      ['01', 'behind'],
      ['01', 'on-track'],
      ['02', 'on-track'],
    ],
    ['01 pace-behind', '02 pace-recovered'],
    ['on-track', '02'],
  ],
  [
    'a recovery that turns on the same day is raised',
    [
      ['01', 'behind'],
      ['03', 'on-track'],
      ['03', 'behind'],
      ['03', 'on-track'],
    ],
    ['01 pace-behind', '03 pace-recovered', '03 pace-behind'],
    ['behind', '03'],
  ],
  [
    'figures older than those judged on do not make behind',
    [
      ['05', 'on-track', '05'],
      ['06', 'behind', '03'],
    ],
    [],
    ['on-track', '05'],
  ],
  [
    'nor take it back',
    [
      ['05', 'behind', '05'],
      ['06', 'on-track', '03'],
      ['07', 'behind', '05'],
    ],
    ['05 pace-behind'],
    ['behind', '05'],
  ],
  [
    'nor do they after days without data',
    [
      ['05', 'on-track', '05'],
      ['06', 'no-data'],
      ['07', 'behind', '04'],
    ],
    ['06 data-missing'],
    ['on-track', '05'],
  ],
  [
    'newer figures count again',
    [
      ['05', 'on-track', '05'],
      ['06', 'behind', '03'],
      ['07', 'behind', '06'],
    ],
    ['07 pace-behind'],
    ['behind', '07'],
  ],
  [
    'a year at risk calls nobody',
    [
      ['01', 'on-track'],
      ['02', 'at-risk'],
      ['03', 'on-track'],
    ],
    [],
    ['on-track', '03'],
  ],
  [
    'a first night at risk calls nobody, and a year that falls behind from it is raised',
    [
      ['01', 'at-risk'],
      ['02', 'behind'],
    ],
    ['02 pace-behind'],
    ['behind', '02'],
  ],
  [
    'behind is left for on track only, so that what was told stays true',
    [
      ['01', 'behind'],
      ['02', 'at-risk'],
      ['03', 'behind'],
      ['04', 'at-risk'],
      ['05', 'on-track'],
    ],
    ['01 pace-behind', '05 pace-recovered'],
    ['on-track', '05'],
  ],
  [
    'restated figures of the same day count',
    [
      ['05', 'on-track', '04'],
      ['06', 'behind', '04'],
    ],
    ['06 pace-behind'],
    ['behind', '06'],
  ],
];

describe('the state machine of alerts', () => {
  test.each(cases)('%s', (_name, nights, alerts, [state, since]) => {
    const outcome = raised(nights);
    expect(outcome.alerts).toEqual(alerts);
    expect(outcome.standing).toMatchObject({ state, since: `2026-09-${since}` });
  });

  test('an alert carries its report and an id of goal, kind and day that may name a file and a job', () => {
    const observed = report('2026-09-30', 'behind');
    expect(decideAlert(null, observed)).toEqual({
      next: {
        state: 'behind',
        since: '2026-09-30',
        decidedFor: '2026-09-30',
        judged: { state: 'behind', since: '2026-09-30', asOf: '2026-09-30' },
      },
      alert: { id: '2026-net-pace-behind-2026-09-30', kind: 'pace-behind', raisedFor: '2026-09-30', report: observed },
    });
  });

  test('an alert that is decided again after a crash has the same id', () => {
    const standing = decideAlert(null, report('2026-09-01', 'on-track')).next;
    const ids = [1, 2].map(() => decideAlert(standing, report('2026-09-02', 'behind')).alert?.id);
    expect(ids).toEqual(['2026-net-pace-behind-2026-09-02', '2026-net-pace-behind-2026-09-02']);
  });

  test('a year that has not begun lacks nothing, and does not silence the year when it begins', () => {
    const before = decideAlert(null, report('2025-12-31', 'no-data'));
    expect(before.alert).toBeNull();
    const begun = decideAlert(before.next, report('2026-01-09', 'no-data'));
    expect(begun.alert?.kind).toBe('data-missing');
    expect(begun.next.since).toBe('2026-01-09');
    expect(decideAlert(begun.next, report('2026-01-10', 'no-data')).alert).toBeNull();
  });
});
