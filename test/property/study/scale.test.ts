import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, shortNumber } from '../../../study/report/markup.ts';
import { linearScale } from '../../../study/report/scale.ts';

describe('a scale', () => {
  it('holds every value between its ends, with few round ticks in ascending order', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const scale = linearScale(values, 10, 110);
        const slack = 1e-6;
        for (const each of values) {
          expect(scale.place(each)).toBeGreaterThanOrEqual(10 - slack);
          expect(scale.place(each)).toBeLessThanOrEqual(110 + slack);
        }
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.ticks.length).toBeLessThanOrEqual(8);
        expect([...scale.ticks].sort((a, b) => a - b)).toEqual(scale.ticks);
      }),
    );
  });
});

describe('text in a report', () => {
  it('never opens a tag or ends an attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"]/.test(escapeText(text))));
    expect(escapeText('a & <b> "c"')).toBe('a &amp; &lt;b&gt; &quot;c&quot;');
  });

  it('shows four digits that count', () => {
    expect([1234567, 0.000012345, 12.34567, 0, -3.45678].map(shortNumber)).toEqual([
      '1,235,000',
      '1.23e-5',
      '12.35',
      '0',
      '-3.457',
    ]);
  });
});
