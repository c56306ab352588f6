/**
 * How far the share of a year done by a day differs from what was expected: a Brownian bridge over the share itself, so
 * that its standard deviation is spread × √(s × (1 − s)). It is 0 at both ends of the year, where nothing is open.
 *
 * Why this form: a year's total given, what came by a day is a sum of independent parts, as in a bridge. National years
 * 2016 to 2025 have standard deviations of 0.0095, 0.0136, 0.0113 and 0.0054 at the end of February, June, September
 * and November: 0.028, 0.027, 0.025 and 0.018 of √(s × (1 − s)). One number serves them all, on the safe side late.
 */

/**
 * Before any error is known, the year's projection at half its sales is taken to be right to 3 % in two years of three:
 * spread 0.03. That counts as much as two known years.
 */
const PRIOR: Spread = { deviation: 0.03, years: 2 };

/** Spread is how far shares stray from what was expected, and how many years that is known from. */
export interface Spread {
  /** Standard deviation ÷ √(s × (1 − s)). */
  readonly deviation: number;
  /** Degrees of freedom: the errors of a forecast with this spread follow Student's distribution. */
  readonly years: number;
}

/** ShareError is an expected and an actual share of the year done by some day, both between 0 and 1. */
export interface ShareError {
  readonly expected: number;
  readonly actual: number;
}

/**
 * spreadOf estimates the spread from past forecasts, each year's days counting as one: the root of the mean square of
 * (actual − expected) ÷ √(s × (1 − s)), together with a prior that counts as many years as it says.
 */
export function spreadOf(years: readonly (readonly ShareError[])[], prior: Spread = PRIOR): Spread {
  const squares = years
    .filter((errors) => errors.length > 0)
    .map((errors) => errors.reduce((sum, error) => sum + squareOf(error), 0) / errors.length);
  const sum = squares.reduce((all, square) => all + square, prior.years * prior.deviation ** 2);
  const known = squares.length + prior.years;
  return { deviation: Math.sqrt(sum / known), years: known };
}

const squareOf = ({ expected, actual }: ShareError): number => (actual - expected) ** 2 / (expected * (1 - expected));
