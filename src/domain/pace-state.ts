import { terminal } from '../errors';
import { addDays, type BusinessDay, isBusinessDay } from './calendar';
import { type Chances } from './forecast';
import { springFestival } from './holidays';

/**
 * The state of a goal's year. `at-risk`: the goal will more likely be missed than met; `behind`: it is missed unless
 * something changes; `no-data`: the figures on hand cannot carry a judgement.
 */
export type PaceState = 'on-track' | 'at-risk' | 'behind' | 'no-data';

/** Settings of the judgement, per goal. Chances are probabilities that the goal is met, 0 to 1. */
export interface PaceSettings {
  /** Behind when the guarded chance is no more than this: by stricter evidence the earlier it is (see chancesOf). */
  readonly behindBelow: number;
  /** At risk when the chance is no more than this. */
  readonly atRiskBelow: number;
  /** On track again when the chance is no less than this; more than both others (hysteresis). */
  readonly onTrackAbove: number;
  /** A state is entered and left only when so many complete days in a row call for it. */
  readonly minDays: number;
  /** Nothing is judged before this month and day (`MM-DD`), nor before so many days after Spring Festival. */
  readonly notBefore: string;
  readonly daysAfterFestival: number;
  /** `no-data` when the last complete day lies further back than this many days. */
  readonly maxLagDays: number;
}

/** DEFAULT_PACE_SETTINGS: one in seven is behind, one in three at risk, even odds are on track, each after five days. */
export const DEFAULT_PACE_SETTINGS: PaceSettings = Object.freeze({
  behindBelow: 0.15,
  atRiskBelow: 0.35,
  onTrackAbove: 0.5,
  minDays: 5,
  notBefore: '03-01',
  daysAfterFestival: 15,
  maxLagDays: 7,
});

/** The settings by the names that a person writes. */
const BY_NAME = {
  'behind-below': 'behindBelow',
  'at-risk-below': 'atRiskBelow',
  'on-track-above': 'onTrackAbove',
  'min-days': 'minDays',
  'not-before': 'notBefore',
  'days-after-festival': 'daysAfterFestival',
  'max-lag-days': 'maxLagDays',
} as const satisfies Record<string, keyof PaceSettings>;

const isName = (name: string): name is keyof typeof BY_NAME => Object.hasOwn(BY_NAME, name);

/**
 * adjusted is what a goal is judged by: the settings of the deployment, but for those that it has of its own, written
 * `behind-below=0.2,min-days=7`.
 * @throws PipelineError `usage` for what is no setting, and where they then contradict themselves
 */
export function adjusted(settings: PaceSettings, own = ''): PaceSettings {
  const parts = own.split(',').filter((part) => part.trim() !== '');
  const changes = parts.map((part): Partial<PaceSettings> => {
    const [, name = '', text = ''] = /^\s*([a-z-]+)\s*=\s*([0-9.-]+)\s*$/.exec(part) ?? [];
    if (!isName(name)) {
      throw terminal(
        'usage',
        `"${part.trim()}" is no setting of a pace`,
        `Write it like behind-below=0.2; there are ${Object.keys(BY_NAME).join(', ')}.`,
        { parameter: 'pace' },
      );
    }
    if (name === 'not-before') return { notBefore: text };
    const value = Number(text);
    const isCount = name === 'min-days' || name === 'days-after-festival' || name === 'max-lag-days';
    if (text !== '' && (isCount ? Number.isInteger(value) : Number.isFinite(value))) return { [BY_NAME[name]]: value };
    throw terminal(
      'usage',
      `${name} cannot be "${text}"`,
      isCount ? 'Write a whole number of days.' : 'Write a chance between 0 and 1.',
      { parameter: 'pace' },
    );
  });
  const all = Object.assign({ ...settings }, ...changes) as PaceSettings;
  const fault = own === '' ? null : faultOf(all);
  if (fault !== null) throw terminal('usage', ...fault, { parameter: 'pace' });
  return all;
}

/** firstJudgedDay is the first day of a year that may be called behind or at risk: the later of both limits. */
export function firstJudgedDay(year: number, { notBefore, daysAfterFestival }: PaceSettings): BusinessDay {
  const afterFestival = addDays(springFestival(year), daysAfterFestival);
  const fixed = `${year}-${notBefore}`;
  return afterFestival > fixed ? afterFestival : fixed;
}

/**
 * judgeState is the state that the chances of the last complete days call for: as many days as settings.minDays, or all
 * of the year's when it has fewer. A state is entered or left only when every one of them says so. `behind` goes by the
 * guarded chance; `at-risk`, which calls nobody, by the plain one.
 */
export function judgeState(
  days: readonly Chances[],
  previous: PaceState | null,
  { behindBelow, atRiskBelow, onTrackAbove }: PaceSettings,
): Exclude<PaceState, 'no-data'> {
  const all = (holds: (day: Chances) => boolean): boolean => days.length > 0 && days.every(holds);
  const recovered = all(({ chance }) => chance >= onTrackAbove);
  if (previous === 'behind') return recovered ? 'on-track' : 'behind';
  if (all(({ guarded }) => guarded <= behindBelow)) return 'behind';
  if (previous === 'at-risk') return recovered ? 'on-track' : 'at-risk';
  return all(({ chance }) => chance <= atRiskBelow) ? 'at-risk' : 'on-track';
}

/** checkSettings refuses settings that contradict themselves. @throws PipelineError `config-invalid` */
export function checkSettings(settings: PaceSettings): void {
  const fault = faultOf(settings);
  if (fault !== null) throw terminal('config-invalid', ...fault);
}

/** What is wrong with settings, and what to do; null when nothing is. */
function faultOf(settings: PaceSettings): readonly [message: string, advice: string] | null {
  const { behindBelow, atRiskBelow, onTrackAbove, minDays, notBefore, daysAfterFestival, maxLagDays } = settings;
  // Leaving where one enters would let a year that does not change fall behind and recover every night.
  if (!(behindBelow > 0 && behindBelow <= atRiskBelow && atRiskBelow < onTrackAbove && onTrackAbove < 1)) {
    return [
      `behind at ${behindBelow}, at risk at ${atRiskBelow} and on track at ${onTrackAbove} are not in order`,
      'They are chances between 0 and 1: behind no more than at risk, and at risk less than on track.',
    ];
  }
  if (behindBelow > 0.5) return ['a year that is likely to meet its goal is not behind', 'Stay at or below 0.5.'];
  // 2024 is a leap year: 02-29 may be written, and sorts rightly in every year.
  if (!isBusinessDay(`2024-${notBefore}`)) return [`"${notBefore}" is not a month and day`, 'Write it like 03-01.'];
  const days = 'Write a whole number of days.';
  if (!(minDays >= 1)) return [`a state cannot follow from ${minDays} days`, days];
  if (!(daysAfterFestival >= 0)) return [`${daysAfterFestival} days cannot be waited`, days];
  if (!(maxLagDays >= 0)) return [`${maxLagDays} days of lag cannot be allowed`, days];
  return null;
}
