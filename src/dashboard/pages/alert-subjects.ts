import { scopeName, valueName } from '../parts';
import { t } from '../settings';

/** MUTED_KINDS are the beginnings of subjects that one may want quiet as a whole. */
export const MUTED_KINDS = [
  'data',
  'data/missing',
  'data/held',
  'data/rejects',
  'data/volume',
  'data/totals',
  'data/unjudged',
  'pace',
  'report',
  'report/week',
  'report/month',
  'report/year',
] as const;

/** subjectName says a subject of alerts, such as `data/missing/jd/某店`, or its beginning, as people know it. */
export function subjectName(subject: string): string {
  const words = t.value.alerts;
  const [topic = '', kind, ...rest] = subject.split('/');
  if (kind === undefined) return (words.topics as Readonly<Record<string, string>>)[topic] ?? subject;
  if (topic === 'pace') {
    const [measure = '', scope = 'all'] = rest;
    return words.pace(kind, t.value.measures[measure] ?? measure, scopeName(scopeIn(scope)));
  }
  if (topic === 'report') {
    const report = (words.reports as Readonly<Record<string, string>>)[kind];
    return report ?? `${words.topics.report} (${scopeName(scopeIn(kind))})`;
  }
  const what = (words.findings as Readonly<Record<string, string>>)[kind];
  if (what === undefined) return subject;
  const [platform, ...shop] = rest;
  const isOfShop = kind === 'missing' || kind === 'rejects' || kind === 'volume';
  return [what, ...(isOfShop && platform !== undefined ? [valueName('platform', platform), ...shop] : rest)].join(
    ' · ',
  );
}

/** scopeIn reads the scope that a subject writes: `all`, or `league=包头市,platform=jd`. */
export const scopeIn = (scope: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    scope.split(',').flatMap((part) => {
      const [name = '', value] = part.split('=');
      return value === undefined ? [] : [[name, value]];
    }),
  );
