import { columnsOf } from '../../src/domain/text-columns';
import { type Figure, median, missedBy, ratio, rounded, type Target, verdictOf } from '../figures';
import { type Answered } from './load';

/** What is asked of each store. */
export const LOADS = ['overview', 'totals', 'one call', 'never asked, 1 client', 'never asked, 50 clients'] as const;
export type Load = (typeof LOADS)[number];

/** Served is one store with what was measured of it, the smallest store first. */
export interface Served {
  readonly id: string;
  readonly orders: number;
  readonly answered: Readonly<Record<Load, Answered>>;
  /** Until the first page could be used, each time that it was opened; null where there was no browser. */
  readonly pageMs: readonly number[] | null;
}

interface Figures {
  readonly answers: number;
  /** Null when nothing was answered. */
  readonly medianMs: Figure;
  readonly p99Ms: Figure;
  readonly perSecond: number;
  readonly errors: number;
}

/** ApiReport is the JSON answer: by store, then by load. */
export interface ApiReport {
  readonly question: string;
  readonly orders: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, Readonly<Record<Load, Figures>>>>;
  /** Of each store, in milliseconds: the first time after a start, and the middle of all. */
  readonly firstPage: Readonly<Record<string, { readonly afterStart: Figure; readonly median: Figure }>>;
  /** Of each larger store to the smallest. */
  readonly ratios: Readonly<Record<string, Readonly<Record<Load, { readonly median: Figure; readonly p99: Figure }>>>>;
  readonly targets: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  readonly caveats: readonly string[];
}

/** What an analyst may wait for, however many orders there are, in milliseconds. */
const MOST = { median: 50, p99: 200, page: 1500 } as const;
/** What is asked more than once is held to them. */
const HELD: readonly Load[] = ['overview', 'totals', 'one call'];

/** apiReport compares each store with the first, the smallest. */
export function apiReport(stores: readonly Served[], caveats: readonly string[]): ApiReport {
  const figures = Object.fromEntries(
    stores.map(({ id, answered }) => [id, ofEachLoad((load) => figuresOf(answered[load]))]),
  );
  const [smallest, ...larger] = stores;
  const least = figures[smallest?.id ?? ''];
  const firstPage = Object.fromEntries(
    stores.map(({ id, pageMs }) => [
      id,
      {
        afterStart: pageMs?.[0] === undefined ? null : rounded(pageMs[0]),
        median: pageMs === null ? null : rounded(median(pageMs)),
      },
    ]),
  );
  const targets = targetsOf({ figures, firstPage });
  return {
    question: 'How long do analysts wait for the API, and does it depend on how many orders there are?',
    orders: Object.fromEntries(stores.map(({ id, orders }) => [id, orders])),
    figures,
    firstPage,
    ratios: Object.fromEntries(
      larger.map(({ id }) => [
        id,
        ofEachLoad((load) => ({
          median: ratio(figures[id]?.[load].medianMs, least?.[load].medianMs),
          p99: ratio(figures[id]?.[load].p99Ms, least?.[load].p99Ms),
        })),
      ]),
    ),
    targets: Object.fromEntries(targets.map(({ name, most }) => [name, most])),
    missed: missedBy(targets),
    caveats,
  };
}

const ofEachLoad = <Value>(figure: (load: Load) => Value): Record<Load, Value> =>
  Object.fromEntries(LOADS.map((load) => [load, figure(load)])) as Record<Load, Value>;

/** percentile is the value up to which a share of ascending ones lies; 0 of none. */
export const percentile = (ascending: readonly number[], share: number): number =>
  ascending[Math.ceil(ascending.length * share) - 1] ?? 0;

function figuresOf({ ms, seconds, errors }: Answered): Figures {
  return {
    answers: ms.length,
    medianMs: ms.length === 0 ? null : rounded(median(ms)),
    p99Ms: ms.length === 0 ? null : rounded(percentile(ms, 0.99)),
    perSecond: rounded(ms.length / seconds),
    errors,
  };
}

const targetsOf = ({ figures, firstPage }: Pick<ApiReport, 'figures' | 'firstPage'>): Target[] =>
  Object.entries(figures).flatMap(([id, byLoad]) => [
    ...HELD.flatMap((load) => [
      { name: `${id}, ${load}, median ms`, value: byLoad[load].medianMs, most: MOST.median },
      { name: `${id}, ${load}, p99 ms`, value: byLoad[load].p99Ms, most: MOST.p99 },
    ]),
    { name: `${id}, first page, median ms`, value: firstPage[id]?.median ?? null, most: MOST.page },
  ]);

/** apiText is the same for people. */
export function apiText(report: ApiReport): string {
  const { orders, figures, ratios } = report;
  const lines = Object.entries(figures).flatMap(([id, byLoad]) =>
    LOADS.map((load) => {
      const { answers, medianMs, p99Ms, perSecond, errors } = byLoad[load];
      const to = ratios[id]?.[load];
      return [
        load,
        id,
        orders[id]?.toLocaleString('en') ?? '-',
        answers.toLocaleString('en'),
        medianMs?.toFixed(1) ?? '-',
        p99Ms?.toFixed(1) ?? '-',
        perSecond.toFixed(0),
        String(errors),
        to === undefined ? '' : `${to.median ?? '-'} / ${to.p99 ?? '-'}`,
      ];
    }),
  );
  const header = [
    'asked',
    'store',
    'orders',
    'answers',
    'median ms',
    'p99 ms',
    'answers/s',
    'errors',
    'to the smallest',
  ];
  return [
    report.question,
    '',
    ...columnsOf(
      [header, ...LOADS.flatMap((load) => lines.filter(([of]) => of === load))],
      [false, false, true, true, true, true, true, true, true],
    ),
    '',
    ...Object.entries(report.firstPage).flatMap(([id, { afterStart }]) =>
      afterStart === null ? [] : [`  ${id}, first page just after a start: ${afterStart} ms`],
    ),
    ...targetsOf(report).map((target) => `  ${verdictOf(target)}`),
    ...report.caveats.map((caveat) => `Note: ${caveat}`),
  ].join('\n');
}
