import { describe, expect, test } from '@jest/globals';
import { type PaceAlertKind } from '../../../src/domain/alert';
import { type BusinessDay } from '../../../src/domain/calendar';
import { type PaceReport, type PaceState } from '../../../src/domain/pace';
import {
  decidePace,
  DEFAULT_PACE_ALERT_SETTINGS,
  type PaceAlertSettings,
  paceSubject,
  type PaceStanding,
} from '../../../src/domain/pace-alerts';
import { type QuietWord, wordsInForce } from '../../../src/domain/quiet';
import { paceReport } from '../../support/pace-report';

const report = (
  day: BusinessDay,
  state: PaceState,
  asOf: BusinessDay | null = state === 'no-data' ? null : day,
): PaceReport =>
  paceReport({
    goal: { year: 2026, measure: 'net', amount: 100n, setOn: null },
    state,
    requestedAsOf: day,
    asOf,
  });

/** An observation of a night: day asked about, state, and the last complete day where it is another one. */
type Night = [day: string, state: PaceState, asOf?: string];

const SUBJECT = 'pace/2026/net/all';

/** Runs nights of September 2026 through the machine and tells what was raised, as `day kind`. */
function raised(
  nights: readonly Night[],
  { words = [], settings = DEFAULT_PACE_ALERT_SETTINGS }: { words?: QuietWord[]; settings?: PaceAlertSettings } = {},
): { alerts: string[]; standing: PaceStanding | null } {
  const alerts: string[] = [];
  let standing: PaceStanding | null = null;
  for (const [day, state, asOf] of nights) {
    const observed: PaceReport =
      asOf === undefined ? report(`2026-09-${day}`, state) : report(`2026-09-${day}`, state, `2026-09-${asOf}`);
    const inForce = wordsInForce(words, observed.requestedAsOf);
    const decision = decidePace(standing, { report: observed, words: inForce, settings });
    standing = decision.next;
    if (decision.alert !== null) alerts.push(`${decision.alert.raisedFor.slice(-2)} ${decision.alert.kind}`);
  }
  return { alerts, standing };
}

const cases: [name: string, nights: Night[], alerts: `${string} ${PaceAlertKind}`[], standing: [PaceState, string]][] =
  [
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
      'missing data are no matter of the pace',
      [
        ['01', 'on-track'],
        ['02', 'no-data'],
        ['03', 'no-data'],
      ],
      [],
      ['no-data', '02'],
    ],
    [
      'nor are they on the first night',
      [
        ['01', 'no-data'],
        ['02', 'no-data'],
      ],
      [],
      ['no-data', '01'],
    ],
    [
      'nor when they go missing again',
      [
        ['01', 'no-data'],
        ['02', 'on-track'],
        ['05', 'no-data'],
      ],
      [],
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
      ['01 pace-behind'],
      ['behind', '01'],
    ],
    [
      'days without data do not hide a fall',
      [
        ['01', 'on-track'],
        ['02', 'no-data'],
        ['04', 'behind'],
      ],
      ['04 pace-behind'],
      ['behind', '04'],
    ],
    [
      'days without data do not hide a recovery',
      [
        ['01', 'behind'],
        ['02', 'no-data'],
        ['04', 'on-track'],
      ],
      ['01 pace-behind', '04 pace-recovered'],
      ['on-track', '04'],
    ],
    [
      'the first data after none may be behind',
      [
        ['01', 'no-data'],
        ['02', 'behind'],
      ],
      ['02 pace-behind'],
      ['behind', '02'],
    ],
    [
      'data that come back on track raise nothing',
      [
        ['01', 'on-track'],
        ['02', 'no-data'],
        ['03', 'on-track'],
      ],
      [],
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
      ['01 pace-behind'],
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
      [],
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

describe('the state machine of a pace', () => {
  test.each(cases)('%s', (_name, nights, alerts, [state, since]) => {
    const outcome = raised(nights);
    expect(outcome.alerts).toEqual(alerts);
    expect(outcome.standing).toMatchObject({ state, since: `2026-09-${since}` });
  });

  test('an alert carries its report and an id of goal, kind and day that may name a file and a job', () => {
    const observed = report('2026-09-30', 'behind');
    const settings = DEFAULT_PACE_ALERT_SETTINGS;
    expect(decidePace(null, { report: observed, words: [], settings })).toMatchObject({
      next: {
        state: 'behind',
        since: '2026-09-30',
        decidedFor: '2026-09-30',
        judged: { state: 'behind', since: '2026-09-30', asOf: '2026-09-30' },
        told: { state: 'behind', on: '2026-09-30' },
      },
      alert: {
        id: '2026-net-pace-behind-2026-09-30',
        kind: 'pace-behind',
        scope: '',
        since: '2026-09-30',
        raisedFor: '2026-09-30',
        report: observed,
      },
    });
    const ofLeague = decidePace(null, {
      report: { ...observed, goal: { ...observed.goal, scope: { league: '呼和浩特市' } } },
      words: [],
      settings,
    });
    expect(ofLeague.alert?.id).toMatch(/^2026-net-[0-9a-f]{10}-pace-behind-2026-09-30$/);
  });
});

const behindOn = (days: readonly number[]): Night[] => days.map((day) => [String(day).padStart(2, '0'), 'behind']);
const everyNight = (from: number, to: number): Night[] =>
  behindOn(Array.from({ length: to - from + 1 }, (_, n) => from + n));
const said = (word: QuietWord['word'], from: string, until: string, subject = SUBJECT, spell = '01'): QuietWord => ({
  word,
  subject,
  spell: word === 'ack' ? `2026-09-${spell}` : null,
  from: `2026-09-${from}`,
  until: `2026-09-${until}`,
  by: 'a test',
  reason: 'it is known',
});

describe('reminders', () => {
  test('come every week while the year is behind', () => {
    expect(raised(everyNight(1, 22)).alerts).toEqual([
      '01 pace-behind',
      '08 pace-reminder',
      '15 pace-reminder',
      '22 pace-reminder',
    ]);
  });

  test('come on the first night after the week where nights are left out, and the next a week after that', () => {
    expect(raised(behindOn([1, 5, 11, 12, 17, 18])).alerts).toEqual([
      '01 pace-behind',
      '11 pace-reminder',
      '18 pace-reminder',
    ]);
  });

  test('wait while data are missing', () => {
    const nights: Night[] = [
      ['01', 'behind'],
      ['08', 'no-data'],
      ['09', 'no-data'],
      ['10', 'behind'],
    ];
    expect(raised(nights).alerts).toEqual(['01 pace-behind', '10 pace-reminder']);
  });

  test('stop for a spell that is acknowledged, until its end', () => {
    const words = [said('ack', '03', '20')];
    expect(raised(everyNight(1, 30), { words }).alerts).toEqual([
      '01 pace-behind',
      '21 pace-reminder',
      '28 pace-reminder',
    ]);
  });

  test('an acknowledgement is for its spell: the next fall is raised and reminded of', () => {
    const words = [said('ack', '03', '30')];
    const nights: Night[] = [...everyNight(1, 9), ['10', 'on-track'], ...everyNight(11, 18)];
    expect(raised(nights, { words }).alerts).toEqual([
      '01 pace-behind',
      '10 pace-recovered',
      '11 pace-behind',
      '18 pace-reminder',
    ]);
  });
});

describe('a mute', () => {
  test('keeps everything quiet, and what still holds is told when it ends', () => {
    const words = [said('mute', '01', '05')];
    expect(raised(everyNight(1, 8), { words }).alerts).toEqual(['06 pace-behind']);
  });

  test('leaves nothing to tell when the year fell behind and recovered beneath it', () => {
    const words = [said('mute', '01', '05')];
    const nights: Night[] = [
      ['01', 'behind'],
      ['04', 'on-track'],
      ['06', 'on-track'],
    ];
    expect(raised(nights, { words }).alerts).toEqual([]);
  });

  test.each(['pace', 'pace/2026', SUBJECT])('of %s silences the goal', (subject) => {
    expect(raised(everyNight(1, 5), { words: [said('mute', '01', '30', subject)] }).alerts).toEqual([]);
  });

  test.each(['data', 'pace/2025', 'pace/2026/net/al', 'pace/2026/net/league=呼和浩特市'])(
    'of %s does not',
    (subject) => {
      expect(raised(everyNight(1, 5), { words: [said('mute', '01', '30', subject)] }).alerts).toEqual([
        '01 pace-behind',
      ]);
    },
  );

  test('ends with the word of an operator', () => {
    const words = [said('mute', '01', '30'), said('unmute', '04', '04', 'pace')];
    expect(raised(everyNight(1, 8), { words }).alerts).toEqual(['04 pace-behind']);
  });
});

describe('a year at risk', () => {
  const settings = { ...DEFAULT_PACE_ALERT_SETTINGS, tellAtRisk: true };

  test('is told once where the settings ask for it, and so is its end', () => {
    const nights: Night[] = [
      ['01', 'on-track'],
      ['02', 'at-risk'],
      ['03', 'at-risk'],
      ['12', 'at-risk'],
      ['13', 'on-track'],
    ];
    expect(raised(nights, { settings }).alerts).toEqual(['02 pace-at-risk', '13 pace-recovered']);
  });

  test('that falls behind is told of both', () => {
    const nights: Night[] = [
      ['01', 'at-risk'],
      ['02', 'behind'],
      ['03', 'at-risk'],
      ['04', 'on-track'],
    ];
    expect(raised(nights, { settings }).alerts).toEqual(['01 pace-at-risk', '02 pace-behind', '04 pace-recovered']);
  });
});

test('the subject of a goal names its year, measure and scope, a slash in it written wide', () => {
  const goal = { year: 2026, measure: 'gross', amount: 1n, setOn: null } as const;
  expect(paceSubject(goal, '')).toBe('pace/2026/gross/all');
  expect(paceSubject(goal, 'chain=牛/羊')).toBe('pace/2026/gross/chain=牛／羊');
});
