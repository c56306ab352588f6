import { describe, expect, test } from '@jest/globals';
import { adjusted, DEFAULT_PACE_SETTINGS } from '../../../src/domain/pace-state';

describe('settings of a goal of its own', () => {
  test('take the place of those of the deployment, and leave the others', () => {
    expect(adjusted(DEFAULT_PACE_SETTINGS)).toEqual(DEFAULT_PACE_SETTINGS);
    expect(adjusted(DEFAULT_PACE_SETTINGS, 'behind-below=0.2, min-days = 7,not-before=04-15')).toEqual({
      ...DEFAULT_PACE_SETTINGS,
      behindBelow: 0.2,
      minDays: 7,
      notBefore: '04-15',
    });
  });

  test.each([
    ['behind=0.2', 'no setting of a pace'],
    ['toString=1', 'no setting of a pace'],
    ['min-days', 'no setting of a pace'],
    ['min-days=2.5', 'min-days cannot be "2.5"'],
    ['behind-below=-', 'behind-below cannot be "-"'],
    ['min-days=0', 'cannot follow from 0 days'],
    ['not-before=13-01', 'not a month and day'],
    ['behind-below=0.4', 'not in order'],
    ['behind-below=0.6,at-risk-below=0.7,on-track-above=0.8', 'likely to meet its goal'],
  ])('%s is refused: %s', (text, said) => {
    expect(() => adjusted(DEFAULT_PACE_SETTINGS, text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(said) }),
    );
  });
});
