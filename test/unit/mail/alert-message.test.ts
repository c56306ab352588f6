import { describe, expect, test } from '@jest/globals';
import { type GoalMeasure } from '../../../src/domain/measures';
import {
  behind,
  composed,
  figures,
  findings,
  problems,
  recovered,
  reportBehind,
  reportForecast,
  weekly,
} from './alerts';

const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe('the mail of a year that falls behind', () => {
  const mail = composed(behind, figures);

  test('says in its first sentence who, since when, how far, and what each day must bring', () => {
    const lead =
      '赤岭省2026年网络零售额目标（净额600.00亿元）于10月1日判定进度落后：截至9月30日，与季节规律应有的进度相比少36.13亿元，' +
      '照此推算全年比目标少51.67亿元（8.6%），余下92天每天需完成2.35亿元才能达标（今年以来日均1.40亿元）。';
    expect(mail.text.split('\n')[3]).toBe(lead);
    expect(mail.html).toContain(lead);
  });

  test('names the gap of the year and the day in its subject', () => {
    expect(mail.subject).toBe('【进度落后】赤岭省2026年网络零售额预计比目标少51.67亿元（截至9月30日）');
  });

  test('prints every figure to the fen in both parts', () => {
    const exact = [
      '60,000,000,000.00元',
      '38,345,012,345.67元',
      '41,958,000,000.00元',
      '−3,612,987,654.33元',
      '54,833,421,030.01元',
      '−5,166,578,969.99元',
      '21,654,987,654.33元',
      '235,380,300.59元',
      '140,457,920.68元',
      '44,876,712,328.77元',
      '18,345,012,345.67元',
      '20,000,000,000.00元',
    ];
    for (const amount of exact) {
      expect(mail.text).toContain(amount);
      expect(mail.html).toContain(amount);
    }
  });

  test('lists platforms with their share, the largest first', () => {
    const lines = mail.text.split('\n').map(flat);
    const first = lines.indexOf(' 拼多多 200.00亿元（20,000,000,000.00元） 52.2%');
    expect(lines[first + 1]).toBe(' 微信小店 183.45亿元（18,345,012,345.67元） 47.8%');
    expect(lines[first + 2]).toBe(' 合计 383.45亿元（38,345,012,345.67元） 100.0%');
  });

  test('says what it rests on: days, shops, measure, refunds, the source of the season, the straight line for reference', () => {
    expect(mail.text).toContain('数据截至9月30日（所有应报店铺都已报齐的最后一天），查询日为10月1日。');
    expect(mail.text).toContain('应报店铺12家，其中1家未报到查询日');
    expect(mail.text).toContain('净额指买家实付减去退款');
    expect(mail.text).toContain('按订单状态推定');
    expect(mail.text).toContain('季节规律：全国网上零售额。');
    expect(mail.text).toContain('仅供参考，不作判定依据');
    expect(flat(mail.text)).toContain('草原珍品（微信小店） 9月30日 1天');
  });

  test.each<[GoalMeasure, string]>([
    ['gross', '买家实付'],
    ['booked', '商家入账'],
  ])('names the measure %s and speaks of no assumed refunds in it', (measure, name) => {
    const report = { ...reportBehind, goal: { ...reportBehind.goal, measure } };
    const { text } = composed({ ...behind, report }, figures);
    expect(text).toContain(`目标（${name}600.00亿元）`);
    expect(text).not.toContain('推定');
  });

  test('puts notes straight under the first sentence', () => {
    const { text } = composed(behind, { ...figures, notes: ['演示数据'] });
    expect(text.split('\n').slice(4, 7)).toEqual(['', '说明', '  - 演示数据']);
  });

  test('loads nothing from anywhere: no picture but its own, no link, no script', () => {
    expect(mail.html).not.toMatch(/<(script|link|iframe|a)\b|url\(|https?:|src="(?!cid:)/i);
  });

  test('shows a chart where there is one, and says its figures to whoever does not see it', () => {
    const series = {
      year: 2026,
      actual: [1n],
      expected: [2n],
      low: [100_000_000_000n],
      high: [3n],
      projected: null,
      goal: 4n,
    };
    const drawn = composed(behind, { ...figures, series });
    const alt =
      '走势图：截至9月30日实际累计383.45亿元，按季节规律应完成419.58亿元（80%区间10.00亿元至0.03元），全年目标600.00亿元，推算全年548.33亿元。';
    expect(drawn.html.match(/<img src="cid:chart-(light|dark)@paceline\.invalid"/g)).toHaveLength(2);
    expect(drawn.html).toContain(`alt="${alt}"`);
    expect(drawn.text).toContain(alt);
    expect(mail.html).not.toContain('<img');
  });

  test('carries colours for the dark', () => {
    expect(mail.html).toContain('<meta name="color-scheme" content="light dark">');
    expect(mail.html).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('a forecast', () => {
  const report = reportForecast;
  const mail = composed({ ...behind, report }, figures);

  test('stands beside the projection: its range, the chance, and what the next event must bring', () => {
    const text = flat(mail.text);
    expect(text).toContain('预计全年区间（80%） 538.90亿元至558.30亿元 完成目标的可能性 不足1%');
    expect(text).toContain('双11需完成 90.20亿元（9,020,000,000.00元） 10月14日至11月11日，按季节规律预计68.70亿元');
    expect(text).toContain('不是保证');
    expect(mail.html).toContain('538.90亿元至558.30亿元');
  });

  test('leaves the first sentence as it is', () => {
    const lead = (text: string): string => text.split('\n')[3] ?? '';
    expect(lead(mail.text)).toBe(lead(composed(behind, figures).text));
    expect(lead(mail.text)).toContain('照此推算全年比目标少51.67亿元');
  });

  test('is not spoken of when the year is over or the goal is met', () => {
    for (const change of [{ remainingDays: 0 }, { remaining: 0n }]) {
      const { text } = composed({ ...behind, report: { ...report, ...change } }, figures);
      expect(text).not.toMatch(/可能性|区间/);
    }
  });
});

describe('a year at its edges', () => {
  const leadOf = (change: Partial<typeof reportBehind>): string =>
    composed({ ...recovered, report: { ...recovered.report, ...change } }, figures).text.split('\n')[3] ?? '';

  test('that came back says so, with what is still needed', () => {
    expect(leadOf({})).toContain('于11月20日判定回到应有进度：截至11月20日，与季节规律应有的进度相比多2.13亿元');
    expect(composed(recovered, figures).subject).toBe('【进度恢复】赤岭省2026年网络零售额回到应有进度（截至11月20日）');
  });

  test('that has met its goal asks for no daily amount', () => {
    expect(leadOf({ remaining: 0n, dailyNeeded: 0n })).toMatch(/全年目标已经完成。$/);
  });

  test('that is over says what was missing, not what each of no days must bring', () => {
    expect(leadOf({ remainingDays: 0, dailyNeeded: 0n })).toMatch(/全年已结束，距目标还差216\.55亿元。$/);
  });

  test('that cannot be projected says so instead of showing a figure', () => {
    const seasonal = { ...reportBehind.seasonal, projected: null };
    const { text, subject } = composed({ ...behind, report: { ...reportBehind, seasonal } }, figures);
    expect(flat(text)).toContain('预计全年完成 尚不能推算');
    expect(subject).toBe('【进度落后】赤岭省2026年网络零售额（截至9月30日）');
  });
});

describe('the other mails of a pace', () => {
  const leadOf = (kind: 'pace-reminder' | 'pace-at-risk'): string =>
    composed({ ...behind, kind, since: '2026-09-10' }, figures).text.split('\n')[3] ?? '';

  test('a reminder says since when the year has been behind', () => {
    expect(leadOf('pace-reminder')).toContain('于9月10日判定进度落后、至今未恢复：截至9月30日');
    expect(composed({ ...behind, kind: 'pace-reminder' }, figures).subject).toMatch(/^【进度仍落后】/);
  });

  test('a year at risk is not called behind', () => {
    expect(leadOf('pace-at-risk')).toContain('判定有完不成的风险');
    expect(leadOf('pace-at-risk')).not.toContain('落后');
  });

  test('an alert that rests on no complete day is a fault, not a mail', () => {
    expect(() => composed({ ...behind, report: { ...reportBehind, asOf: null } }, figures)).toThrow('no complete day');
  });
});

describe('the table of platforms', () => {
  test('puts what makes the year fall short at the top, with the sum of the gaps, where the last year is known', () => {
    const [wechat, pinduoduo] = figures.byPlatform;
    const byPlatform = [
      { ...pinduoduo!, gap: 10_000_000_000n },
      { ...wechat!, gap: -371_298_765_433n },
    ];
    const lines = composed(behind, { ...figures, byPlatform })
      .text.split('\n')
      .map(flat);
    const head = lines.findIndex((line) => line.endsWith('对差距影响'));
    expect(lines[head + 1]).toMatch(/^ 微信小店 .* 少37\.13亿元$/);
    expect(lines[head + 2]).toMatch(/^ 拼多多 .* 多1\.00亿元$/);
    expect(lines[head + 3]).toMatch(/^ 合计 .* 少36\.13亿元$/);
  });
});

describe('the mail about the data', () => {
  const mail = composed(problems, figures);
  const PACE_WORDS = /进度|落后|恢复|超前|预计|推算|目标|季节|直线|日均|达标|亿元/;

  test('gathers everything that was found in one sentence and one table, with what to do', () => {
    expect(mail.subject).toBe('【数据问题】赤岭省网络零售额监测：1家店铺未按时报送、1个文件待核对（2026年10月5日）');
    expect(mail.text.split('\n')[3]).toBe(
      '2026年10月5日检查赤岭省网络零售额监测数据，新发现1家店铺未按时报送、1个文件待核对，完整数据截至2026年9月30日；' +
        '请按下表督促补报或核对，处理后系统自动继续统计。',
    );
    expect(flat(mail.text)).toContain('草原珍品（微信小店） 未按时报送（已报到2026年9月30日，自2026年10月1日起缺4天');
    expect(flat(mail.text)).toContain('行数与该店铺平时相差过大，未计入汇总');
  });

  test('tells what was told before apart from what is new', () => {
    const [, found = '', open = ''] = mail.text.split(/发现的问题|此前已通知/);
    expect(found).toContain('草原珍品');
    expect(open).toContain('5000行中有42行无法读取（0.8%，平时0.0%）');
    expect(open).toContain('销售额为平时的0.08倍');
    expect(open).toContain('有3处与订单重新计算的结果不一致（2026年9月2日至2026年9月4日）');
  });

  test('never speaks of the pace, whatever is wrong', () => {
    const all = composed({ ...problems, found: findings, stillOpen: [] }, figures);
    for (const part of [mail.subject, mail.text, mail.html, all.subject, all.text, all.html]) {
      expect(part).not.toMatch(PACE_WORDS);
    }
  });

  test('counts what it does not list', () => {
    const found = Array.from({ length: 45 }, (_, n) => ({ ...findings[0]!, shop: `店${n}` }));
    expect(composed({ ...problems, found }, figures).text).toContain('另有5项，未一一列出');
  });

  test('escapes a shop named like a script', () => {
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.html).not.toMatch(/<script/i);
  });
});

describe('a report', () => {
  const [wechat, pinduoduo] = figures.byPlatform;
  const mail = composed(weekly, {
    ...figures,
    byPlatform: [
      { ...wechat!, inPeriod: 30_000_000_000n },
      { ...pinduoduo!, inPeriod: 70_000_000_000n },
    ],
    period: { amount: 100_000_000_000n, before: 80_000_000_000n },
  });

  test('says how the week went, and where the year stands', () => {
    expect(mail.subject).toBe('【周报】赤岭省2026年9月21日至2026年9月27日网络零售额10.00亿元');
    expect(mail.text.split('\n')[3]).toBe(
      '赤岭省2026年9月21日至2026年9月27日网络零售额（净额）10.00亿元，比上周增长25.0%；' +
        '2026年截至9月30日累计383.45亿元，完成全年目标600.00亿元的63.9%，照此推算全年比目标少51.67亿元（8.6%），' +
        '余下92天每天需完成2.35亿元才能达标（今年以来日均1.40亿元）。',
    );
  });

  test('shows each platform in the period and in the year, and what is wrong with the data', () => {
    expect(flat(mail.text)).toContain('合计 10.00亿元（1,000,000,000.00元） 383.45亿元（38,345,012,345.67元） 100.0%');
    expect(mail.text).toContain('草原珍品');
  });

  test.each([
    ['report-month', '2026-09-01', '2026-09-30', '【月报】赤岭省2026年9月网络零售额10.00亿元'],
    ['report-year', '2026-01-01', '2026-12-31', '【年报】赤岭省2026年全年网络零售额10.00亿元'],
  ] as const)('of %s names its period', (kind, from, to, subject) => {
    const period = { amount: 100_000_000_000n, before: 0n };
    const { subject: written, text } = composed({ ...weekly, kind, from, to }, { ...figures, period });
    expect(written).toBe(subject);
    expect(text).toContain('无可比数据');
  });
});
