/**
 * studentCdf is P(T < t) of Student's distribution with a whole number of degrees of freedom, exact (Abramowitz and
 * Stegun 1964, 26.7.3 and 26.7.4).
 */
export function studentCdf(t: number, freedom: number): number {
  if (t === Infinity) return 1;
  if (t === -Infinity) return 0;
  const angle = Math.atan(Math.abs(t) / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return t < 0 ? (1 - within) / 2 : (1 + within) / 2;
}

const quantiles = new Map<string, number>();

/** Halvings after which a quantile no longer moves. */
const HALVINGS = 60;
const FURTHEST = 1000;

/** studentQuantile is the t above 0 with P(|T| < t) = `within` (0 to 0.99), by bisection. */
export function studentQuantile(within: number, freedom: number): number {
  const key = `${within} ${freedom}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  let [low, high] = [0, FURTHEST];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (2 * studentCdf(middle, freedom) - 1 < within) low = middle;
    else high = middle;
  }
  quantiles.set(key, high);
  return high;
}
