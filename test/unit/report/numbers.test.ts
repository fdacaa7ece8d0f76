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
  [86.3, 86, 86.5, '%', '86.3 (86.0 to 86.5) %'],
  [28.89, 2.351, 55.43, 's', '29 (2 to 55) s'],
  [0.902, 0.8612, 1.2, 's', '0.90 (0.86 to 1.20) s'],
  [250, 240, 260, 's', '4 min 10 s (4 min to 4 min 20 s)'],
  [-0.009173, -0.004921, 0.02327, '', '-0.009 (-0.005 to 0.023)'],
  [10, 10, 10, '', '10'],
  [12_345, 12_000, 13_000, '', '12,345 (12,000 to 13,000)'],
  [0.0042, 0.004, 0.005, 'USD', '$0.0042 ($0.0040 to $0.0050)'],
  [5.94e-5, 3.2e-5, 8.2e-5, 'USD', '$5.94e-5 ($3.20e-5 to $8.20e-5)'],
])('%d with an interval from %d to %d in "%s" is %s', (value, low, high, unit, text) => {
  expect(intervalText({ value, low, high }, unit)).toBe(text);
});

test.each([
  [2.58, 1.1, 4.47, 'points', '+2.6 (+1.1 to +4.5) points'],
  [-3.7e-15, -0.75, 0.738, 'points', '0.0 (-0.8 to +0.7) points'],
  [0.0011, -0.0051, 0.0041, 'USD', '+$0.0011 (-$0.0051 to +$0.0041)'],
])('a difference of %d from %d to %d in "%s" is %s', (value, low, high, unit, text) => {
  expect(intervalText({ value, low, high }, unit, true)).toBe(text);
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
