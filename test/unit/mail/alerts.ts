import { type Alert, type DataAlert, type PaceAlert, type ReportAlert } from '../../../src/domain/alert';
import { type DataFinding } from '../../../src/domain/data-findings';
import { type PaceReport } from '../../../src/domain/pace';
import { htmlOfView } from '../../../src/mail/alert-html';
import { type AlertFigures } from '../../../src/mail/alert-message';
import { textOfView } from '../../../src/mail/alert-text';
import { viewOfAlert } from '../../../src/mail/view-of-alert';

/** reportBehind is a year of 60 billion yuan that is short at the end of September. Amounts in fen. */
export const reportBehind: PaceReport = {
  goal: { year: 2026, measure: 'net', amount: 6_000_000_000_000n, setOn: null },
  state: 'behind',
  requestedAsOf: '2026-10-01',
  asOf: '2026-09-30',
  actual: 3_834_501_234_567n,
  remaining: 2_165_498_765_433n,
  remainingDays: 92,
  dailyNeeded: 23_538_030_059n,
  dailySoFar: 14_045_792_068n,
  straightLine: {
    share: 0.7479,
    expected: 4_487_671_232_877n,
    gap: -653_169_998_310n,
    projected: 5_126_677_474_200n,
  },
  seasonal: {
    share: 0.6993,
    expected: 4_195_800_000_000n,
    gap: -361_298_765_433n,
    projected: 5_483_342_103_001n,
    source: '全国网上零售额',
  },
  waitingFor: [{ platform: 'wechat-shop', shop: '草原珍品', completeTo: '2026-09-30' }],
  shops: 12,
  because: 'the projected year is 8.6 % below the goal',
};

/** The same with a forecast. */
export const reportForecast: PaceReport = {
  ...reportBehind,
  forecast: {
    chance: 0.004,
    intervals: [
      { level: 50, low: 5_440_000_000_000n, high: 5_530_000_000_000n },
      { level: 80, low: 5_389_000_000_000n, high: 5_583_000_000_001n },
      { level: 95, low: 5_330_000_000_000n, high: 5_650_000_000_000n },
    ],
    gapDays: -22.4,
    upliftNeeded: 0.313,
    growth: null,
    events: [
      {
        event: 'double-11',
        from: '2026-10-14',
        to: '2026-11-11',
        needed: 902_000_000_000n,
        projected: 687_000_000_000n,
      },
    ],
  },
};

export const behind: PaceAlert = {
  id: 'pace-2026-net',
  kind: 'pace-behind',
  scope: '',
  since: '2026-10-01',
  raisedFor: '2026-10-01',
  report: reportBehind,
};

export const recovered: PaceAlert = {
  id: 'pace-2026-net-2',
  kind: 'pace-recovered',
  scope: '',
  since: '2026-11-20',
  raisedFor: '2026-11-20',
  report: {
    ...reportBehind,
    state: 'on-track',
    requestedAsOf: '2026-11-20',
    asOf: '2026-11-20',
    waitingFor: [],
    seasonal: { ...reportBehind.seasonal, gap: 21_298_765_433n, projected: 6_028_342_103_000n },
  },
};

/** One finding of each kind. */
export const findings: readonly DataFinding[] = [
  {
    kind: 'missing',
    subject: 'data/missing/wechat-shop/草原珍品',
    platform: 'wechat-shop',
    shop: '草原珍品',
    last: '2026-09-30',
    days: 4,
    first: '2026-10-01',
  },
  {
    kind: 'held',
    subject: 'data/held/0123456789ab',
    platform: 'pinduoduo',
    shop: '<script>alert(1)</script>',
    fileId: '0123456789ab',
    name: 'orders_export.csv',
    code: 'rows-unusual',
  },
  {
    kind: 'rejects',
    subject: 'data/rejects/jd/某店',
    platform: 'jd',
    shop: '某店',
    fileId: 'ba9876543210',
    name: 'jd.csv',
    rejected: 42,
    rows: 5000,
    usualShare: 0.0004,
  },
  {
    kind: 'volume',
    subject: 'data/volume/douyin/直播间',
    platform: 'douyin',
    shop: '直播间',
    from: '2026-09-24',
    to: '2026-09-30',
    times: 0.08,
  },
  { kind: 'totals', subject: 'data/totals', differences: 3, days: ['2026-09-02', '2026-09-04'] },
  { kind: 'unjudged', subject: 'data/unjudged/2026', because: 'The last complete day lies too far back.' },
];

export const problems: DataAlert = {
  id: 'data-2026-10-05',
  kind: 'data-problem',
  scope: '',
  raisedFor: '2026-10-05',
  report: { ...reportBehind, state: 'no-data', requestedAsOf: '2026-10-05' },
  found: findings.slice(0, 2),
  stillOpen: findings.slice(2),
};

export const weekly: ReportAlert = {
  id: 'report-week-2026-09-27',
  kind: 'report-week',
  scope: '',
  raisedFor: '2026-10-01',
  report: reportForecast,
  from: '2026-09-21',
  to: '2026-09-27',
  openFindings: findings.slice(0, 1),
};

export const figures: AlertFigures = {
  region: '赤岭省',
  generatedAt: '2026-10-02 06:30:12',
  platformNames: { pinduoduo: '拼多多', 'wechat-shop': '微信小店' },
  byLeague: [],
  goals: [],
  byPlatform: [
    { name: '微信小店', amount: 1_834_501_234_567n },
    { name: '拼多多', amount: 2_000_000_000_000n },
  ],
};

/** composed is what the mail of an alert says, without its pictures. */
export function composed(alert: Alert, of: AlertFigures): { subject: string; text: string; html: string } {
  const view = viewOfAlert(alert, of);
  return { subject: view.subject, text: textOfView(view), html: htmlOfView(view) };
}
