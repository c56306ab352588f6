import { type AlertKind } from '../domain/alert';
import { yearOf, type BusinessDay } from '../domain/calendar';
import { type PaceState } from '../domain/pace';
import { type GoalMeasure } from '../domain/measures';
import { type ShoppingEvent } from '../domain/shopping-events';
import { divideFen, groupYuan, type Fen } from '../domain/money';

/** Every Chinese word that a mail shows is in this file; the other files decide what is said, not how. */

const FEN_PER_YUAN = 100n;
const FEN_PER_WAN = 10_000n * FEN_PER_YUAN;
const FEN_PER_YI = 100_000_000n * FEN_PER_YUAN;

/** exactZh writes an amount to the fen in yuan with thousands separators: `5,620,000,000.05元`. */
export function exactZh(fen: Fen): string {
  return `${groupYuan(fen).replace('-', '−')}元`;
}

/** amountZh writes an amount as people say it: in 亿元 or 万元 with two decimals (rounded), below 1万元 exactly. */
export function amountZh(fen: Fen): string {
  const size = fen < 0n ? -fen : fen;
  // Counted in hundredths of the unit, so that 99,999,999 yuan reads 1.00亿元 and never 10,000.00万元.
  const hundredthsOfWan = divideFen(size, FEN_PER_WAN / 100n);
  const sign = fen < 0n ? '−' : '';
  if (hundredthsOfWan >= (FEN_PER_YI / FEN_PER_WAN) * 100n) {
    return `${sign}${groupYuan(divideFen(size, FEN_PER_YI / 100n))}亿元`;
  }
  return size >= FEN_PER_WAN ? `${sign}${groupYuan(hundredthsOfWan)}万元` : exactZh(fen);
}

/** percentZh writes a share (0.0234) as a percentage with one decimal: `2.3%`. */
export function percentZh(share: number): string {
  return `${(share * 100)
    .toFixed(1)
    .replace(/^-0\.0$/, '0.0')
    .replace('-', '−')}%`;
}

/** dayZh writes a day: `2026年9月30日`, without the year when it is the one given. */
export function dayZh(day: BusinessDay, withinYear?: number): string {
  const monthDay = `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
  return yearOf(day) === withinYear ? monthDay : `${yearOf(day)}年${monthDay}`;
}

/** versusZh says a difference in words: `少3.20亿元`, `多3.20亿元`, `持平`. */
export function versusZh(difference: Fen): string {
  if (difference === 0n) return '持平';
  return difference < 0n ? `少${amountZh(-difference)}` : `多${amountZh(difference)}`;
}

/** MEASURE_ZH names the measures that a goal may be set in, and says what each one is. */
export const MEASURE_ZH = {
  net: { name: '净额', meaning: '买家实付减去退款' },
  gross: { name: '买家实付', meaning: '买家实际支付的金额，含运费，未减退款' },
  booked: { name: '商家入账', meaning: '买家实付加平台补贴，未减退款' },
} as const satisfies Record<GoalMeasure, { name: string; meaning: string }>;

/** KIND_ZH titles each kind of alert: `title` over the mail, `tag` at the front of its subject. */
export const KIND_ZH = {
  'pace-behind': { title: '进度落后提醒', tag: '进度落后' },
  'pace-recovered': { title: '进度恢复通知', tag: '进度恢复' },
  'pace-reminder': { title: '进度落后每周提醒', tag: '进度仍落后' },
  'pace-at-risk': { title: '进度预警', tag: '进度预警' },
  'data-problem': { title: '数据问题提醒', tag: '数据问题' },
  'report-week': { title: '网络零售额周报', tag: '周报' },
  'report-month': { title: '网络零售额月报', tag: '月报' },
  'report-year': { title: '网络零售额年报', tag: '年报' },
} as const satisfies Record<AlertKind, { title: string; tag: string }>;

/** HEADING_ZH holds headings, column titles and labels. */
export const HEADING_ZH = {
  system: (region: string) => `${region}网络零售额监测`,
  notes: '说明',
  bars: (day: string) => `完成情况（截至${day}）`,
  figures: (measure: string) => `主要数字（${measure}）`,
  goals: '分解目标',
  goal: '范围与状态',
  goalAmount: '目标',
  done: '已完成',
  projectedGap: '预计与目标相比',
  missing: '未报齐的店铺',
  found: '发现的问题',
  stillOpen: '此前已通知、尚未解决的问题',
  chart: '全年走势',
  about: '对象',
  todo: '情况与处理',
  contribution: '对差距影响',
  inPeriod: (period: string) => `本${period}`,
  sinceJanuary: '今年累计',
  basis: '数据依据',
  shop: '店铺',
  amount: '金额',
  share: '占比',
  total: '合计',
  completeTo: '完整数据截至',
  late: '缺少天数',
} as const;

/** BAR_ZH names the bars of actual, expected and goal. */
export const BAR_ZH = {
  actual: '实际完成',
  expected: '季节规律应完成',
  reference: '直线进度（仅供参考）',
  projected: '预计全年',
  goal: '全年目标',
} as const;

/** EVENT_ZH names the events of a shopping year. */
const EVENT_ZH = {
  'spring-festival': '春节',
  '618': '618',
  'double-11': '双11',
  'double-12': '双12',
} as const satisfies Record<ShoppingEvent, string>;

/** FIGURE_ZH labels the figures. */
export const FIGURE_ZH = {
  goal: (year: number) => `${year}年目标`,
  actual: '实际完成',
  expected: '季节规律应完成',
  gap: '与季节规律相比',
  projected: '预计全年完成',
  interval: (level: number) => `预计全年区间（${level}%）`,
  chance: '完成目标的可能性',
  projectedGap: '预计与目标相比',
  event: (event: ShoppingEvent) => `${EVENT_ZH[event]}需完成`,
  remaining: '距目标还差',
  dailyNeeded: '余下每天需完成',
  dailySoFar: '今年以来日均',
  straightLine: '直线进度（仅供参考）',
} as const;

/** REMARK_ZH holds the small remarks beside figures. */
export const REMARK_ZH = {
  ofGoal: (share: string) => `相当于目标的${share}`,
  throughDay: (day: string) => `截至${day}`,
  remainingDays: (days: number) => `余下${days}天`,
  timesSoFar: (times: string) => `为今年以来日均的${times}倍`,
  versusActual: (versus: string) => `实际与之相比${versus}`,
  range: (low: string, high: string) => `${low}至${high}`,
  chance: (chance: number) => (chance < 0.01 ? '不足1%' : chance > 0.99 ? '99%以上' : `约${Math.round(chance * 100)}%`),
  event: (from: string, to: string, projected: string) => `${from}至${to}，按季节规律预计${projected}`,
  unknownProjection: '尚不能推算',
  goalMet: '已完成',
  yearOver: '全年已结束',
} as const;

/** What the first sentence of a mail about the pace is made of; every field but the year is already in words. */
export interface PaceWords {
  readonly region: string;
  readonly year: number;
  readonly measure: string;
  readonly goal: string;
  readonly since: string;
  readonly asOf: string;
  readonly gap: string;
  /** Projected year against the goal, `少35.80亿元（6.0%）`; null when it cannot be projected. */
  readonly projectedGap: string | null;
  readonly need: string;
}

// `since` is the day of the judgement and may lie after the as-of day: 「自…起」 would then claim what the figures don't show.
const paceZh = (words: PaceWords, happened: string): string =>
  `${words.region}${words.year}年网络零售额目标（${words.measure}${words.goal}）于${words.since}判定${happened}：` +
  `截至${words.asOf}，与季节规律应有的进度相比${words.gap}，` +
  (words.projectedGap === null ? '' : `照此推算全年比目标${words.projectedGap}，`) +
  `${words.need}。`;

/** What the first sentence of a report is made of, in words but for the year. */
export interface ReportWords extends Omit<PaceWords, 'since' | 'gap'> {
  /** The period: `9月21日至9月27日`, `9月`, `2026年`. */
  readonly title: string;
  /** 周, 月 or 年. */
  readonly unit: string;
  readonly amount: string;
  readonly change: string;
  readonly actual: string;
  readonly share: string;
}

/** PROBLEM_ZH says what is wrong with the data, and what to do. */
export const PROBLEM_ZH = {
  names: {
    unjudged: '数据不足',
    missing: '未按时报送',
    held: '文件待核对',
    rejects: '错误行突增',
    volume: '销售额异常',
    totals: '汇总核对不符',
  },
  counts: {
    unjudged: () => '数据不足以统计',
    missing: (count: number) => `${count}家店铺未按时报送`,
    held: (count: number) => `${count}个文件待核对`,
    rejects: (count: number) => `${count}家店铺错误行突增`,
    volume: (count: number) => `${count}家店铺销售额异常`,
    totals: () => '汇总与订单核对不符',
  },
  unjudged: '完整的日子离今天太远，暂停统计判断；请先补齐下列店铺的数据。',
  missing: (days: number, first: string, last: string | null) =>
    `${last === null ? '从未报送' : `已报到${last}`}，自${first}起缺${days}天；请督促补报，确无数据的请登记。`,
  held: (why: string) => `${why}未计入汇总；请与平台后台核对后放行或拒收。`,
  heldOtherwise: '内容存疑。',
  rejects: (rejected: number, rows: number, share: string, usual: string) =>
    `${rows}行中有${rejected}行无法读取（${share}，平时${usual}），其余已入库；请重新导出或核对。`,
  volume: (from: string, to: string, times: string) =>
    `${from}至${to}销售额为平时的${times}倍（已按节令调整）；请与店铺核对是否漏报、重复或有活动。`,
  totals: (differences: number, from: string, to: string) =>
    `有${differences}处与订单重新计算的结果不一致（${from}至${to}）；请运维人员执行核对。`,
  file: (name: string) => `文件${name}`,
  system: '系统',
  more: (count: number) => `另有${count}项，未一一列出。`,
  none: '没有未解决的数据问题。',
} as const;

/** listZh joins parts of a sentence. */
export const listZh = (parts: readonly string[]): string => parts.join('、');

/** HELD_ZH says why a file is held. */
export const HELD_ZH: Readonly<Record<string, string>> = {
  'shop-unknown': '文件中没有店铺名称，',
  'shop-doubtful': '其中的订单已记在同一平台另一店铺名下，',
  'rejects-over-limit': '无法读取的行过多，',
  'rows-unusual': '行数与该店铺平时相差过大，',
  'sales-unusual': '金额与该店铺平时相差过大，',
  'file-cut': '文件在最后一行中断，',
  'wholesale-not-retail': '批发平台的店铺未登记为零售，',
};

/** PERIOD_ZH names the period of a report. */
export const PERIOD_ZH = {
  'report-week': { unit: '周', title: (from: string, to: string) => `${from}至${to}` },
  'report-month': { unit: '月', title: (from: string) => from.replace(/\d+日$/, '') },
  'report-year': { unit: '年', title: (from: string) => from.replace(/\d+月\d+日$/, '全年') },
} as const;

/** changeZh says how an amount changed: `增长3.2%`, `下降3.2%`, `持平`; without an amount before it cannot be compared. */
export const changeZh = (share: number | null): string => {
  if (share === null) return '无可比数据';
  const text = percentZh(Math.abs(share));
  return text === '0.0%' ? '持平' : share > 0 ? `增长${text}` : `下降${text}`;
};

/** CHART_ZH holds the words of the chart, and says in words what it shows. */
export const CHART_ZH = {
  actual: '实际',
  expected: '应有进度',
  band: (level: number) => `${level}%区间`,
  projected: '推算',
  goal: '目标',
  unit: '亿元',
  unitSmall: '万元',
  month: (month: number) => `${month}月`,
  alt: (words: {
    asOf: string;
    actual: string;
    expected: string;
    level: number;
    low: string;
    high: string;
    goal: string;
    projected: string | null;
  }) =>
    `走势图：截至${words.asOf}实际累计${words.actual}，按季节规律应完成${words.expected}（${words.level}%区间${words.low}至${words.high}），` +
    `全年目标${words.goal}${words.projected === null ? '' : `，推算全年${words.projected}`}。`,
} as const;

/** LEAD_ZH writes the first sentence of each kind: who, since when, how far, what is needed. */
export const LEAD_ZH = {
  behind: (words: PaceWords) => paceZh(words, '进度落后'),
  recovered: (words: PaceWords) => paceZh(words, '回到应有进度'),
  atRisk: (words: PaceWords) => paceZh(words, '有完不成的风险'),
  reminder: (words: PaceWords) => paceZh(words, '进度落后、至今未恢复'),
  report: (words: ReportWords) =>
    `${words.region}${words.title}网络零售额（${words.measure}）${words.amount}，比上${words.unit}${words.change}；` +
    `${words.year}年截至${words.asOf}累计${words.actual}，完成全年目标${words.goal}的${words.share}，` +
    (words.projectedGap === null ? '' : `照此推算全年比目标${words.projectedGap}，`) +
    `${words.need}。`,
  problems: (words: { region: string; day: string; counts: string; complete: string | null }) =>
    `${words.day}检查${words.region}网络零售额监测数据，新发现${words.counts}，` +
    `${words.complete === null ? '还没有一天的数据是完整的' : `完整数据截至${words.complete}`}；` +
    '请按下表督促补报或核对，处理后系统自动继续统计。',
  need: (days: number, daily: string, soFar: string) =>
    `余下${days}天每天需完成${daily}才能达标（今年以来日均${soFar}）`,
  needMet: '全年目标已经完成',
  needOver: (remaining: string) => `全年已结束，距目标还差${remaining}`,
} as const;

/** SUBJECT_ZH writes the subject after its tag. */
export const SUBJECT_ZH = {
  tagged: (tag: string, text: string) => `【${tag}】${text}`,
  behind: (region: string, year: number, versus: string | null, day: string) =>
    `${region}${year}年网络零售额${versus === null ? '' : `预计比目标${versus}`}（截至${day}）`,
  recovered: (region: string, year: number, day: string) => `${region}${year}年网络零售额回到应有进度（截至${day}）`,
  problems: (region: string, counts: string, day: string) => `${region}网络零售额监测：${counts}（${day}）`,
  report: (region: string, title: string, amount: string) => `${region}${title}网络零售额${amount}`,
} as const;

/** BASIS_ZH writes what the figures rest on, a line each. */
export const BASIS_ZH = {
  asOf: (asOf: string, requested: string) =>
    `数据截至${asOf}（所有应报店铺都已报齐的最后一天），查询日为${requested}。`,
  noAsOf: (requested: string) => `查询日为${requested}，还没有一天的数据是完整的。`,
  allShops: (shops: number) => `统计店铺${shops}家，均已报齐。`,
  someShops: (shops: number, waiting: number) => `应报店铺${shops}家，其中${waiting}家未报到查询日，名单见上表。`,
  measure: (name: string, meaning: string) => `${name}指${meaning}；大数经四舍五入，以旁注的元为准。`,
  refunds: '退款以各平台导出文件为准；文件不列退款金额的，按订单状态推定，补到数据后会相应修订。',
  season: (source: string) => `季节规律：${source}。`,
  forecast: '预计全年是按季节规律推算的中间值；区间和可能性依据以往各年推算的误差，不是保证。',
  straightLine: '直线进度按天数平均分摊全年目标，不反映淡旺季，仅供参考，不作判定依据。',
  missing: '缺报期间不发布统计判断，只提示缺少哪些数据。',
} as const;

/**
 * seasonSourceZh says in Chinese where a season comes from, which the domain names in English (in earlier versions as a
 * mean); any other source is shown as it is.
 */
export function seasonSourceZh(source: string): string {
  const parts =
    /^(?:own sales of ([\d, ]+?)(?:, with |$))?(?:NBS national online retail sales( of|, mean of) ([\d, ]+))?$/;
  const [, own, how, national] = parts.exec(source) ?? [];
  const yearsZh = (years: string): string => years.replaceAll(', ', '、');
  const said = [
    ...(own === undefined ? [] : [`本地区${yearsZh(own)}年各日销售额，对齐春节、618、双11、节假日和星期`]),
    ...(national === undefined
      ? []
      : [
          `国家统计局全国网上零售额各月累计占全年比重，${how === ' of' ? '据' : ''}${yearsZh(national)}年${how === ' of' ? '推算' : '均值'}`,
        ]),
  ];
  return said.length === 0 ? source : said.join('；并参照');
}

/** FOOTER_ZH closes the mail. */
export const FOOTER_ZH = (generatedAt: string): string =>
  `本邮件由 Paceline 自动生成，生成时间${generatedAt}（北京时间）。`;

/** PARTS_ZH titles the tables of the parts of a region. */
export const PARTS_ZH = {
  platform: { heading: (day: string) => `各平台（今年1月1日至${day}）`, column: '平台', unknown: '未知平台' },
  league: { heading: (day: string) => `各盟市（今年1月1日至${day}）`, column: '盟市', unknown: '未登记盟市' },
} as const;

/** STATE_ZH names the states of a pace. */
export const STATE_ZH = {
  'on-track': '正常',
  'at-risk': '有风险',
  behind: '落后',
  'no-data': '数据不足',
} as const satisfies Record<PaceState, string>;

/** partZh names a part of the region. */
export const partZh = (region: string, part: string): string => `${region}（${part}）`;

/** chainZh names an industry chain, however the table of chains writes it. */
export const chainZh = (chain: string): string => (chain.endsWith('产业链') ? chain : `${chain}产业链`);

/** PAGES_ZH names the pages that a mail links to. */
export const PAGES_ZH = { overview: '查看看板', completeness: '查看报送情况', files: '查看文件' } as const;

/** linkZh writes a link where it cannot be pressed. */
export const linkZh = (text: string, url: string): string => `${text}：${url}`;

/** TABLE_ZH explains the tables. */
export const TABLE_ZH = {
  contribution: '对差距的影响：与按去年同期占比应完成的金额相比，各项之和即与季节规律的差距。',
  moreGoals: (count: number) => `另有${count}个分解目标，未一一列出。`,
} as const;

/** MISSING_ZH fills the table of shops that are late. */
export const MISSING_ZH = {
  never: '从未报送',
  days: (days: number) => `${days}天`,
  more: (count: number) => `另有${count}家未报齐，未一一列出。`,
} as const;

/** ROBOT_ZH ends a message that is longer than a robot takes. */
export const ROBOT_ZH = { more: '内容较长，完整情况见邮件或请联系运维人员。' } as const;

/** besideZh puts the exact amount beside the rounded one. */
export const besideZh = (text: string): string => `（${text}）`;

/** numberedZh numbers the headings of the plain part. */
export const numberedZh = (index: number, heading: string): string =>
  `${['一', '二', '三', '四', '五', '六', '七', '八', '九'][index] ?? String(index + 1)}、${heading}`;
