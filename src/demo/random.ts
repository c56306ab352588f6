/**
 * Random is a seeded source of made-up figures: the same seed and purpose give the same sequence on every machine.
 * Method: sfc32 (Chris Doty-Humphrey's PractRand generators) seeded by FNV-1a of `seed/purpose`. Not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, purpose: string) {
    const text = `${seed}/${purpose}`;
    this.a = hash(text, 0x811c9dc5);
    this.b = hash(text, 0x9e3779b9);
    this.c = hash(text, 0x85ebca6b);
    // The first outputs still resemble the seed.
    for (let i = 0; i < 12; i++) this.next();
  }

  /** next is a number in [0, 1). */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** int is a whole number in [from, to], both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** between is a number in [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** chance is true with the given probability (0 to 1). */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** pick takes an item with a probability in proportion to its weight. */
  pick<T>(choices: Weighted<T>): T {
    const target = this.next() * choices.total;
    let low = 0;
    let high = choices.upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((choices.upTo[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return choices.items[low] as T;
  }

  /** digits is a text of `count` decimal digits. */
  digits(count: number): string {
    let text = '';
    for (let left = count; left > 0; left -= 6) {
      const block = Math.min(6, left);
      text += String(Math.floor(this.next() * 10 ** block)).padStart(block, '0');
    }
    return text;
  }
}

/** Weighted is a list to pick from: items with the running sums of their weights. */
export interface Weighted<T> {
  readonly items: readonly T[];
  readonly upTo: readonly number[];
  readonly total: number;
}

/** weighted prepares items for `Random.pick`; without `weightOf` all are equally likely. The list must not be empty. */
export function weighted<T>(items: readonly T[], weightOf: (item: T) => number = () => 1): Weighted<T> {
  let total = 0;
  const upTo = items.map((item) => (total += weightOf(item)));
  return { items, upTo, total };
}

function hash(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h | 0;
}
