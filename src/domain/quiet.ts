import { type BusinessDay } from './calendar';

/**
 * An operator's word on alerts. `mute` silences a subject and all beneath it, `ack` the reminders of the present spell of
 * being behind (`spell`: the day since when), each to the end of a day; `unmute` ends both.
 */
export interface QuietWord {
  readonly word: 'ack' | 'mute' | 'unmute';
  /** A path such as `pace/2026/net/all`, `data/missing/jd/某店`, or its beginning: `data`, `data/missing`. */
  readonly subject: string;
  /** Null but for an acknowledgement. */
  readonly spell: BusinessDay | null;
  readonly from: BusinessDay;
  readonly until: BusinessDay;
  readonly by: string;
  readonly reason: string;
}

/** subjectOf joins parts to a subject; a slash inside a part (a shop may have one) is written wide. */
export const subjectOf = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => String(part).replaceAll('/', '／')).join('/');

/** isWithin says whether a subject is another one or lies beneath it. */
export const isWithin = (subject: string, above: string): boolean =>
  subject === above || subject.startsWith(`${above}/`);

/** wordsInForce lists the words (given in the order in which they were said) that hold on a day. */
export function wordsInForce(words: readonly QuietWord[], day: BusinessDay): QuietWord[] {
  let holding: QuietWord[] = [];
  for (const word of words.filter(({ from }) => from <= day)) {
    if (word.word === 'unmute') holding = holding.filter(({ subject }) => !isWithin(subject, word.subject));
    else holding.push(word);
  }
  return holding.filter(({ until }) => until >= day);
}

/** muteOf is the mute that silences a subject; null when none does. */
export function muteOf(inForce: readonly QuietWord[], subject: string): QuietWord | null {
  return inForce.findLast((word) => word.word === 'mute' && isWithin(subject, word.subject)) ?? null;
}

/** ackOf is the acknowledgement of a spell of being behind; null when nobody gave one. */
export function ackOf(inForce: readonly QuietWord[], subject: string, spell: BusinessDay): QuietWord | null {
  const isOfSpell = (word: QuietWord): boolean =>
    word.word === 'ack' && word.subject === subject && word.spell === spell;
  return inForce.findLast(isOfSpell) ?? null;
}
