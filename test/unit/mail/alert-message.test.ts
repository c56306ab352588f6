import { describe, expect, test } from '@jest/globals';
import { type GoalMeasure } from '../../../src/domain/measures';
import { composeAlertMail } from '../../../src/mail/alert-message';
import { behind, figures, missing, recovered, reportBehind, reportForecast } from './alerts';

const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe('the mail of a year that falls behind', () => {
  const mail = composeAlertMail(behind, figures);

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
    const { text } = composeAlertMail({ ...behind, report }, figures);
    expect(text).toContain(`目标（${name}600.00亿元）`);
    expect(text).not.toContain('推定');
  });

  test('puts notes straight under the first sentence', () => {
    const { text } = composeAlertMail(behind, { ...figures, notes: ['演示数据'] });
    expect(text.split('\n').slice(4, 7)).toEqual(['', '说明', '  - 演示数据']);
  });

  test('loads nothing from anywhere: no image, no link, no script', () => {
    expect(mail.html).not.toMatch(/<(img|script|link|iframe|a)\b|url\(|https?:/i);
  });

  test('carries colours for the dark', () => {
    expect(mail.html).toContain('<meta name="color-scheme" content="light dark">');
    expect(mail.html).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('a forecast', () => {
  const report = reportForecast;
  const mail = composeAlertMail({ ...behind, report }, figures);

  test('stands beside the projection: its range, the chance, and what the next event must bring', () => {
    const text = flat(mail.text);
    expect(text).toContain('预计全年区间（80%） 538.90亿元至558.30亿元 完成目标的可能性 不足1%');
    expect(text).toContain('双11需完成 90.20亿元（9,020,000,000.00元） 10月14日至11月11日，按季节规律预计68.70亿元');
    expect(text).toContain('不是保证');
    expect(mail.html).toContain('538.90亿元至558.30亿元');
  });

  test('leaves the first sentence as it is', () => {
    const lead = (text: string): string => text.split('\n')[3] ?? '';
    expect(lead(mail.text)).toBe(lead(composeAlertMail(behind, figures).text));
    expect(lead(mail.text)).toContain('照此推算全年比目标少51.67亿元');
  });

  test('is not spoken of when the year is over or the goal is met', () => {
    for (const change of [{ remainingDays: 0 }, { remaining: 0n }]) {
      const { text } = composeAlertMail({ ...behind, report: { ...report, ...change } }, figures);
      expect(text).not.toMatch(/可能性|区间/);
    }
  });
});

describe('a year at its edges', () => {
  const leadOf = (change: Partial<typeof reportBehind>): string =>
    composeAlertMail({ ...recovered, report: { ...recovered.report, ...change } }, figures).text.split('\n')[3] ?? '';

  test('that came back says so, with what is still needed', () => {
    expect(leadOf({})).toContain('于11月20日判定回到应有进度：截至11月20日，与季节规律应有的进度相比多2.13亿元');
    expect(composeAlertMail(recovered, figures).subject).toBe(
      '【进度恢复】赤岭省2026年网络零售额回到应有进度（截至11月20日）',
    );
  });

  test('that has met its goal asks for no daily amount', () => {
    expect(leadOf({ remaining: 0n, dailyNeeded: 0n })).toMatch(/全年目标已经完成。$/);
  });

  test('that is over says what was missing, not what each of no days must bring', () => {
    expect(leadOf({ remainingDays: 0, dailyNeeded: 0n })).toMatch(/全年已结束，距目标还差216\.55亿元。$/);
  });

  test('that cannot be projected says so instead of showing a figure', () => {
    const seasonal = { ...reportBehind.seasonal, projected: null };
    const { text, subject } = composeAlertMail({ ...behind, report: { ...reportBehind, seasonal } }, figures);
    expect(flat(text)).toContain('预计全年完成 尚不能推算');
    expect(subject).toBe('【进度落后】赤岭省2026年网络零售额（截至9月30日）');
  });
});

describe('the mail about missing data', () => {
  const mail = composeAlertMail(missing, figures);
  const PACE_WORDS = /进度|落后|恢复|超前|预计|推算|目标|季节|直线|日均|达标|亿元/;

  test('lists the shops whose exports are missing, with their platform and days', () => {
    expect(flat(mail.text)).toContain('草原珍品（微信小店） 9月30日 5天');
    expect(flat(mail.text)).toContain('<script>alert(1)</script>（拼多多） 从未报送 —');
    expect(mail.subject).toBe('【数据缺报】赤岭省网络零售额监测有2家店铺未报齐（截至10月5日）');
  });

  test('never speaks of pace', () => {
    for (const part of [mail.subject, mail.text, mail.html]) expect(part).not.toMatch(PACE_WORDS);
  });

  test('is what an alert without a complete day becomes, whatever it calls itself', () => {
    const written = composeAlertMail({ ...behind, report: { ...reportBehind, asOf: null } }, figures);
    expect(written.subject).toContain('【数据缺报】');
    for (const part of [written.subject, written.text, written.html]) expect(part).not.toMatch(PACE_WORDS);
  });

  test('says that nothing has come when there is no shop at all', () => {
    const report = { ...missing.report, asOf: null, shops: 0, waitingFor: [] };
    expect(composeAlertMail({ ...missing, report }, figures).text).toContain('还没有收到任何店铺的订单导出文件');
  });

  test('counts the shops that it does not list', () => {
    const waitingFor = Array.from({ length: 45 }, (_, n) => ({ platform: 'p', shop: `店${n}`, completeTo: null }));
    const { text } = composeAlertMail({ ...missing, report: { ...missing.report, waitingFor } }, figures);
    expect(text).toContain('另有5家未报齐');
    expect(text).toContain('其中45家未报到查询日');
  });

  test('escapes a shop named like a script', () => {
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.html).not.toMatch(/<script/i);
  });
});
