import { type Alert } from '../domain/alert';
import { type BusinessDay } from '../domain/calendar';
import { shareOf } from '../domain/money';
import { type PaceReport } from '../domain/pace';
import { barsOf, figuresOf, projectedGapOf } from './alert-figures';
import { missingTable, platformTable } from './alert-tables';
import { type AlertFigures, type AlertView } from './alert-view';
import { oneLine } from '../domain/text-columns';
import {
  amountZh,
  BASIS_ZH,
  dayZh,
  FOOTER_ZH,
  HEADING_ZH,
  KIND_ZH,
  LEAD_ZH,
  MEASURE_ZH,
  percentZh,
  seasonSourceZh,
  SUBJECT_ZH,
  versusZh,
  type PaceWords,
} from './zh';

function needOf(report: PaceReport): string {
  if (report.remaining === 0n) return LEAD_ZH.needMet;
  if (report.remainingDays === 0) return LEAD_ZH.needOver(amountZh(report.remaining));
  return LEAD_ZH.need(report.remainingDays, amountZh(report.dailyNeeded), amountZh(report.dailySoFar));
}

function projectedGapText(report: PaceReport): string | null {
  const gap = projectedGapOf(report);
  if (gap === null) return null;
  const share = Math.abs(shareOf(gap, report.goal.amount));
  return gap === 0n ? versusZh(gap) : `${versusZh(gap)}（${percentZh(share)}）`;
}

function paceWords(alert: Alert, region: string, asOf: BusinessDay): PaceWords {
  const { report } = alert;
  const { year } = report.goal;
  return {
    region,
    year,
    measure: MEASURE_ZH[report.goal.measure].name,
    goal: amountZh(report.goal.amount),
    since: dayZh(alert.raisedFor, year),
    asOf: dayZh(asOf, year),
    gap: versusZh(report.seasonal.gap),
    projectedGap: projectedGapText(report),
    need: needOf(report),
  };
}

function coverageBasis(report: PaceReport): string[] {
  const year = report.goal.year;
  const requested = dayZh(report.requestedAsOf, year);
  const waiting = report.waitingFor.length;
  return [
    report.asOf === null ? BASIS_ZH.noAsOf(requested) : BASIS_ZH.asOf(dayZh(report.asOf, year), requested),
    ...(report.shops === 0
      ? []
      : [waiting === 0 ? BASIS_ZH.allShops(report.shops) : BASIS_ZH.someShops(report.shops, waiting)]),
  ];
}

function paceBasis(report: PaceReport): string[] {
  const measure = MEASURE_ZH[report.goal.measure];
  return [
    ...coverageBasis(report),
    BASIS_ZH.measure(measure.name, measure.meaning),
    ...(report.goal.measure === 'net' ? [BASIS_ZH.refunds] : []),
    BASIS_ZH.season(seasonSourceZh(oneLine(report.seasonal.source))),
    ...(report.forecast && report.remaining > 0n && report.remainingDays > 0 ? [BASIS_ZH.forecast] : []),
    BASIS_ZH.straightLine,
  ];
}

function missingLead(report: PaceReport, region: string): string {
  const year = report.goal.year;
  const requested = dayZh(report.requestedAsOf);
  const complete = report.asOf === null ? null : dayZh(report.asOf, year);
  if (report.shops === 0) return LEAD_ZH.nothing({ region, requested });
  if (report.waitingFor.length === 0 && complete !== null) return LEAD_ZH.stale({ region, requested, complete });
  return LEAD_ZH.missing({ region, requested, shops: report.shops, waiting: report.waitingFor.length, complete });
}

/** viewOfAlert decides everything that the mail of an alert says. */
export function viewOfAlert(alert: Alert, figures: AlertFigures): AlertView {
  const { report, kind } = alert;
  const { year } = report.goal;
  const region = oneLine(figures.region);
  const { asOf } = report;
  const missing = missingTable(report, figures.platformNames ?? {});
  const frame = {
    kind,
    system: HEADING_ZH.system(region),
    title: KIND_ZH[kind].title,
    notes: (figures.notes ?? []).map(oneLine),
    footer: FOOTER_ZH(oneLine(figures.generatedAt)),
  };
  const tagged = (text: string): string => SUBJECT_ZH.tagged(KIND_ZH[kind].tag, text);
  // Without a complete day there is no pace to speak of, whatever the alert calls itself.
  if (kind === 'data-missing' || asOf === null) {
    return {
      ...frame,
      kind: 'data-missing',
      title: KIND_ZH['data-missing'].title,
      subject: SUBJECT_ZH.tagged(
        KIND_ZH['data-missing'].tag,
        SUBJECT_ZH.missing(region, report.waitingFor.length, dayZh(report.requestedAsOf, year)),
      ),
      lead: missingLead(report, region),
      bars: null,
      figures: null,
      tables: missing === null ? [] : [missing],
      basis: [...coverageBasis(report), BASIS_ZH.missing],
    };
  }
  const words = paceWords(alert, region, asOf);
  const day = dayZh(asOf, year);
  const gap = projectedGapOf(report);
  const platforms = platformTable(figures, asOf, year);
  return {
    ...frame,
    subject: tagged(
      kind === 'pace-behind'
        ? SUBJECT_ZH.behind(region, year, gap === null ? null : versusZh(gap), day)
        : SUBJECT_ZH.recovered(region, year, day),
    ),
    lead: kind === 'pace-behind' ? LEAD_ZH.behind(words) : LEAD_ZH.recovered(words),
    bars: { heading: HEADING_ZH.bars(day), rows: barsOf(report) },
    figures: { heading: HEADING_ZH.figures(words.measure), rows: figuresOf(report, asOf) },
    tables: [...(platforms === null ? [] : [platforms]), ...(missing === null ? [] : [missing])],
    basis: paceBasis(report),
  };
}
