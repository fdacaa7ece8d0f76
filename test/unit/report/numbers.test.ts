import { expect, test } from 'vitest';
import { axisTitle, displayStep, durationText, intervalText, quantityText } from '#report/page/numbers.ts';

test.each([
  [0, '0 s'],
  [0.00042, '0.42 ms'],
  [0.83, '830 ms'],
  [0.9999, '1 s'],
  [4.2, '4.2 s'],
  [99.97, '1 min 40 s'],
  [250, '4 min 10 s'],
  [3599.9, '1 h'],
  [7500, '2 h 5 min'],
  [90_000, '1 d 1 h'],
  [-250, '-4 min 10 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test.each([
  [76.57, 75.53, 77.61, '%', '76.6 (75.5 to 77.6) %'],
  [28.89, 2.351, 55.43, 's', '28.9 (2.35 to 55.4) s'],
  [0.902, 0.8612, 1.2, 's', '902 ms (861 ms to 1.2 s)'],
  [-0.009173, -0.004921, 0.02327, '', '-0.00917 (-0.00492 to 0.0233)'],
  [10, 10, 10, '', '10'],
  [0.0042, 0.004, 0.005, 'USD', '$0.0042 ($0.004 to $0.005)'],
])('%d with an interval from %d to %d in "%s" is %s', (value, low, high, unit, text) => {
  expect(intervalText({ value, low, high }, unit)).toBe(text);
});

test.each([
  [0.0042, 'USD', '$0.0042'],
  [-3, 'USD', '-$3'],
  [84.21, '%', '84.2 %'],
  [12_345, 'J', '12.35 kJ'],
  [12, '', '12'],
  [20, 'MB', '20 MB'],
  [Number.NaN, 's', '-'],
])('%d in %s is %s', (value, unit, text) => {
  expect(quantityText(value, unit)).toBe(text);
});

test('an axis is in the unit that gives it small numbers', () => {
  expect([0.002, 2, 170, 190, 20_000].map((largest) => displayStep(largest, 's').unit)).toEqual([
    'ms',
    's',
    's',
    'min',
    'h',
  ]);
  expect(axisTitle('time', 's')).toBe('time [s]');
  expect(axisTitle('devices', '')).toBe('devices');
});
