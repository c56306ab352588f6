import { DATA, paceOf } from '../clickhouse/alerts';
import { type Alert } from '../domain/alert';
import { yearOf } from '../domain/calendar';
import { decideData } from '../domain/data-alerts';
import { partOf } from '../domain/goal';
import { decidePace } from '../domain/pace-alerts';
import { type PipelineError, terminal } from '../errors';
import { type Context } from './context';
import { decide, type Deciding, decidingOn, partsWithGoal, untold } from './decide-alerts';
import { type MeasuredPace, measuredPace, type PaceRequest } from './measure-pace';
import { observeData } from './observe-data';
import { type RaisedAlerts } from './operations';

/**
 * raiseAlerts measures the pace of the region and of every part of it that has a goal, looks at the data, records what they
 * call for, with why, and lists the alerts that some recipient has not been told of. Nothing is sent here; asking again for
 * the same day changes nothing. What nobody is there to be told of is not recorded, so that it is raised as soon as
 * somebody is: where it is about the region, that is a failure (`no-recipients`), which keeps nothing else from being told.
 */
export async function raiseAlerts(context: Context, request: PaceRequest): Promise<RaisedAlerts> {
  const measured = await measuredPace(context, request);
  const { report } = measured;
  // A deployment that was set up today misses nothing: nobody was expected to deliver.
  if (report.shops === 0) {
    return { report, standing: `nothing to tell: ${report.because}`, ...(await toBeTold(context)) };
  }
  const day = report.requestedAsOf;
  const { year } = report.goal;
  const deciding = await decidingOn(context, day);
  const standing = await decideOnPace(context, measured, deciding);
  // Another year that somebody asks about says nothing of the data of today.
  if (yearOf(day) === year) {
    const findings = await observeData(context, measured, day);
    await decide(context, DATA, { topic: 'data', scope: '' }, deciding, (previous) =>
      listed(decideData(previous, { day, findings, words: deciding.words, report })),
    );
  }
  for (const { scope } of await partsWithGoal(context, year, day)) {
    await decideOnPace(context, await measuredPace(context, { year, asOf: day, ...(scope && { scope }) }), deciding);
  }
  if (deciding.unheard.size > 0) {
    context.log.info('goals have something to tell, and nobody is named for them: npx paceline recipients add', {
      goals: [...deciding.unheard].join(' '),
    });
  }
  const failure = nobodyToTell(deciding.untellable);
  return { report, standing, ...(await toBeTold(context)), ...(failure && { failure }) };
}

async function toBeTold(context: Context): Promise<Pick<RaisedAlerts, 'alerts' | 'recipients'>> {
  const alerts = await untold(context, ['pace', 'data']);
  return { alerts, recipients: [...new Set(alerts.flatMap(({ recipients }) => recipients))] };
}

function nobodyToTell(alerts: readonly Alert[]): PipelineError | null {
  const [first] = alerts;
  if (!first) return null;
  return terminal(
    'no-recipients',
    `${alerts.map(({ kind }) => kind).join(' and ')} would be raised for ${first.raisedFor}, but nobody is there to be told`,
    'Set ALERT_TO to the addresses of the commerce bureau, or add them: npx paceline recipients add <address>.',
  );
}

async function decideOnPace(context: Context, { report }: MeasuredPace, deciding: Deciding): Promise<string> {
  const { words } = deciding;
  const settings = context.settings.alerts.pace;
  const about = { topic: 'pace', scope: partOf(report.goal.scope) } as const;
  return await decide(context, paceOf(report.goal), about, deciding, (previous) =>
    listed(decidePace(previous, { report, words, settings })),
  );
}

const listed = <Decision extends { readonly alert: Alert | null }>({ alert, ...rest }: Decision) => ({
  ...rest,
  alerts: alert === null ? [] : [alert],
});
