import { type Alert, type PaceAlert } from '../domain/alert';
import { type BusinessDay } from '../domain/calendar';
import { oneLine } from '../domain/text-columns';
import { terminal } from '../errors';
import { barsOf, figuresOf, projectedGapOf } from './alert-figures';
import { figuresTables } from './alert-tables';
import { type AlertFigures, type AlertView, type LinkView, type ViewFrame } from './alert-view';
import { chartOf, needOf, paceBasis, projectedGapText, regionOf } from './pace-words';
import { viewOfProblems } from './view-of-problems';
import { viewOfReport } from './view-of-report';
import {
  amountZh,
  dayZh,
  FOOTER_ZH,
  HEADING_ZH,
  KIND_ZH,
  LEAD_ZH,
  MEASURE_ZH,
  PAGES_ZH,
  type PaceWords,
  SUBJECT_ZH,
  versusZh,
} from './zh';

/**
 * viewOfAlert decides everything that the message of an alert says.
 * @throws PipelineError `internal` for a pace or a report without a complete day: there is none to speak of
 */
export function viewOfAlert(alert: Alert, figures: AlertFigures): AlertView {
  const { kind, report } = alert;
  const region = oneLine(figures.region);
  const frame: ViewFrame = {
    kind,
    system: HEADING_ZH.system(region),
    title: KIND_ZH[kind].title,
    notes: (figures.notes ?? []).map(oneLine),
    links: linksOf(kind, figures.pagesUrl),
    footer: FOOTER_ZH(oneLine(figures.generatedAt)),
    tagged: (text) => SUBJECT_ZH.tagged(KIND_ZH[kind].tag, text),
  };
  if (alert.kind === 'data-problem') return viewOfProblems(alert, frame, region, figures.platformNames ?? {});
  const { asOf } = report;
  if (asOf === null) throw terminal('internal', `${alert.id} rests on no complete day`);
  return 'from' in alert ? viewOfReport(alert, asOf, frame, figures) : viewOfPace(alert, asOf, frame, figures);
}

/** The pages on which a reader finds more. */
function linksOf(kind: Alert['kind'], pagesUrl: string | undefined): LinkView[] {
  if (pagesUrl === undefined) return [];
  const pages =
    kind === 'data-problem' ? (['completeness', 'files'] as const) : (['overview', 'completeness'] as const);
  return pages.map((page) => ({ text: PAGES_ZH[page], url: `${pagesUrl.replace(/\/+$/, '')}/#/${page}` }));
}

function paceWords({ report, since }: PaceAlert, region: string, asOf: BusinessDay): PaceWords {
  const { year } = report.goal;
  return {
    region,
    year,
    measure: MEASURE_ZH[report.goal.measure].name,
    goal: amountZh(report.goal.amount),
    since: dayZh(since, year),
    asOf: dayZh(asOf, year),
    gap: versusZh(report.seasonal.gap),
    projectedGap: projectedGapText(report),
    need: needOf(report),
  };
}

const LEADS = {
  'pace-behind': LEAD_ZH.behind,
  'pace-reminder': LEAD_ZH.reminder,
  'pace-at-risk': LEAD_ZH.atRisk,
  'pace-recovered': LEAD_ZH.recovered,
} as const satisfies Record<PaceAlert['kind'], (words: PaceWords) => string>;

function viewOfPace(alert: PaceAlert, asOf: BusinessDay, frame: ViewFrame, figures: AlertFigures): AlertView {
  const { report, kind } = alert;
  const { year } = report.goal;
  const words = paceWords(alert, regionOf(report, figures), asOf);
  const gap = projectedGapOf(report);
  return {
    ...frame,
    subject: frame.tagged(
      kind === 'pace-recovered'
        ? SUBJECT_ZH.recovered(words.region, year, words.asOf)
        : SUBJECT_ZH.behind(words.region, year, gap === null ? null : versusZh(gap), words.asOf),
    ),
    lead: LEADS[kind](words),
    chart: chartOf(report, asOf, figures.series),
    bars: { heading: HEADING_ZH.bars(words.asOf), rows: barsOf(report) },
    figures: { heading: HEADING_ZH.figures(words.measure), rows: figuresOf(report, asOf) },
    tables: figuresTables(figures, report, asOf),
    basis: paceBasis(report),
  };
}
