import { type ComponentChildren } from 'preact';
import { SCOPE_DIMENSIONS } from '../domain/goal';
import { type PaceState } from '../domain/pace-state';
import { type Completeness } from './answers';
import { me } from './api';
import { exactAmount, magnitude, shortAmount } from './format';
import { Money, type Tone } from './parts';
import { language, t } from './settings';

/** mayHaveGoal says whether what an account sees can have a goal of its own: the region, and parts that goals are set for. */
export const mayHaveGoal = (): boolean =>
  Object.keys(me.value?.limit ?? {}).every((name) => SCOPE_DIMENSIONS.some((each) => each === name));

/** STATE_TONES colours the states of a pace. */
export const STATE_TONES: Readonly<Record<PaceState, Tone>> = {
  'on-track': 'good',
  'at-risk': 'warn',
  behind: 'bad',
  'no-data': 'calm',
};

/** chanceText says a chance; an all but certain outcome is not given as 0 or 100 %. */
export function chanceText(chance: number | undefined): string {
  if (chance === undefined) return '–';
  if (chance < 0.01) return t.value.overview.certainlyNot;
  return chance > 0.99 ? t.value.overview.certainly : t.value.percent(chance);
}

/** Tile is a figure with its name. */
export function Tile({
  label,
  value,
  hint = '',
}: {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly hint?: ComponentChildren;
}) {
  return (
    <div class="tile">
      <span class="label">{label}</span>
      <strong>{value}</strong>
      {hint !== '' && <span class="quiet">{hint}</span>}
    </div>
  );
}

/** Gap is by how much something is ahead or short. */
export function Gap({ yuan }: { readonly yuan: string }) {
  const isShort = yuan.startsWith('-');
  return (
    <span class={isShort ? 'bad-text' : 'good-text'} title={exactAmount(yuan, language.value)}>
      {isShort ? '−' : '+'}
      {shortAmount(magnitude(yuan), language.value)}
    </span>
  );
}

/** Progress shows how full a goal is (shares of it), with a mark where it should be. */
export function Progress({
  done,
  expected,
  label,
}: {
  readonly done: number;
  readonly expected?: number;
  readonly label?: string;
}) {
  const at = (share: number): string => `${Math.min(Math.max(share, 0), 1) * 100}%`;
  return (
    <div
      class="progress"
      {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label, title: label })}
    >
      <div class="done" style={{ width: at(done) }} />
      {expected !== undefined && <div class="mark" style={{ left: at(expected) }} />}
    </div>
  );
}

/** arrivalsOf counts on the last day of a calendar how many shops are in, awaited, or late. */
export function arrivalsOf({ shops }: Completeness): {
  readonly due: number;
  readonly all: number;
  readonly awaited: number;
  readonly late: number;
} {
  const last = shops.map(({ states }) => states.at(-1));
  const awaited = last.filter((state) => state === 'awaited').length;
  const late = last.filter((state) => state === 'late' || state === 'gap').length;
  return { due: last.length - awaited - late, all: last.length, awaited, late };
}

/** RankedPart is one bar of a ranking. */
export interface RankedPart {
  readonly name: string;
  readonly yuan: string;
  /** What nobody knows the name of comes last. */
  readonly isKnown: boolean;
}

/** Ranking lists parts by their amount, the largest first, each with a bar and its share of all of them. */
export function Ranking({ parts, most }: { readonly parts: readonly RankedPart[]; readonly most?: number }) {
  const sized = parts
    .map((part) => ({ ...part, size: Number(part.yuan) }))
    .sort((a, b) => Number(b.isKnown) - Number(a.isKnown) || b.size - a.size);
  const whole = sized.reduce((sum, { size }) => sum + size, 0);
  const largest = Math.max(0, ...sized.slice(0, most).map(({ size }) => size));
  return (
    <ol class="ranking">
      {sized.slice(0, most).map(({ name, yuan, size }) => (
        <li key={name}>
          <span class="name">{name}</span>
          <span class="bar" aria-hidden="true">
            <span style={{ width: `${largest > 0 ? Math.max((size / largest) * 100, 0) : 0}%` }} />
          </span>
          <span class="amount">
            <Money yuan={yuan} />
          </span>
          <span class="quiet share">{whole > 0 ? t.value.percent(size / whole) : ''}</span>
        </li>
      ))}
    </ol>
  );
}
