/** CumulativeFigures: year -> month (1 to 12) -> amount from 1 January to the end of that month, in one unit per year. */
export type CumulativeFigures = Readonly<Record<number, Readonly<Record<number, number>>>>;

/**
 * NATIONAL_ONLINE_RETAIL holds the national online retail sales (goods and services) of each year to the end of a
 * month, in 100 million yuan.
 *
 * Source: the monthly releases on retail sales of the National Bureau of Statistics of China, each figure as it was
 * first published; many were taken from re-posts and data firms. Four were announced to 10 billion yuan only:
 * December 2022, June and November 2023, February 2024. January is never published by itself. 2018 has no total here.
 *
 * Only the shape within a year may be used: the Bureau changes its panel and revises earlier years, so that the levels
 * of two years don't give a growth rate (2024 lies 0.6 % above 2023 here, and grew by 7.2 % as published).
 */
export const NATIONAL_ONLINE_RETAIL: CumulativeFigures = Object.freeze({
  2014: { 12: 27898 },
  2015: { 6: 16459, 8: 22401, 9: 25914 },
  2016: { 2: 6361, 3: 10251, 6: 22367, 7: 26268, 8: 30210, 11: 45990, 12: 51556 },
  2017: { 2: 8580, 3: 14045, 6: 31073, 7: 36617, 9: 48787, 11: 64306, 12: 71751 },
  2018: { 2: 12271, 3: 19318, 4: 25792, 6: 40810, 7: 47863, 9: 62785, 10: 70539 },
  2019: { 2: 13983, 3: 22379, 4: 30439, 5: 38641, 6: 48161, 7: 55972, 10: 82307, 11: 94958, 12: 106324 },
  2020: { 2: 13712, 4: 30698, 5: 40176, 6: 51501, 9: 80065, 10: 91275, 11: 105374, 12: 117601 },
  2021: { 2: 17587, 5: 48239, 6: 61133, 7: 71108, 8: 81227, 9: 91871, 10: 103765, 12: 130884 },
  2022: {
    2: 19558,
    3: 30120,
    4: 38692,
    5: 49604,
    6: 63007,
    7: 73224,
    8: 84295,
    9: 95884,
    10: 109542,
    11: 124585,
    12: 137900,
  },
  2023: { 2: 20544, 4: 44108, 5: 56906, 6: 71600, 7: 83097, 8: 95387, 9: 108198, 11: 139600, 12: 154264 },
  2024: { 2: 21500, 3: 33082, 4: 44110, 5: 57669, 6: 70991, 7: 83784, 8: 96352, 10: 123632, 11: 140308, 12: 155225 },
  2025: { 2: 22763, 9: 112830, 12: 159722 },
});
