import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, shortNumber, tickNumber } from '#study/report/markup.ts';
import { fittingScale, linearScale } from '#study/report/scale.ts';

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

describe('a scale that fits', () => {
  it('is logarithmic for positive numbers far apart, and keeps their order within its ends', () => {
    const wide = fc.tuple(fc.double({ min: -9, max: 0 }), fc.double({ min: 2, max: 9 }));
    const between = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(wide, between, ([least, greatest], fractions) => {
        fc.pre(Number.isFinite(least) && Number.isFinite(greatest));
        const values = [0, ...[...fractions].sort((a, b) => a - b), 1].map(
          (fraction) => 10 ** (least + fraction * (greatest - least)),
        );
        const scale = fittingScale(values, 10, 110);
        const places = values.map((value) => scale.place(value));
        expect(scale.logarithmic).toBe(true);
        expect(places[0]).toBeGreaterThanOrEqual(10);
        expect(places.at(-1)).toBeLessThanOrEqual(110 + 1e-6);
        expect([...places].sort((a, b) => a - b)).toEqual(places);
        expect(scale.ticks.length).toBeLessThanOrEqual(8);
        expect(scale.place(scale.ticks[0])).toBeCloseTo(10, 6);
        expect(scale.place(scale.ticks.at(-1) ?? 0)).toBeCloseTo(110, 6);
      }),
    );
  });

  it('is linear where zero is among them or they are near each other', () => {
    expect(fittingScale([0, 1, 1e6], 0, 1).logarithmic).toBe(false);
    expect(fittingScale([3, 100], 0, 1).logarithmic).toBe(false);
    expect(fittingScale([], 0, 1).logarithmic).toBe(false);
  });

  it('ends at its axis for what lies below: a band that reaches down to zero', () => {
    const scale = fittingScale([10, 1000], 290, 30);
    expect([0, 1, 10].map((value) => scale.place(value))).toEqual([290, 290, 290]);
  });
});

describe('text in a report', () => {
  it('never opens a tag or ends an attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"]/.test(escapeText(text))));
    expect(escapeText('a & <b> "c"')).toBe('a &amp; &lt;b&gt; &quot;c&quot;');
  });

  it('has short numbers on axes', () => {
    expect([0, 0.05, 999, 1000, 20_000, 1.5e8].map(tickNumber)).toEqual([
      '0',
      '0.05',
      '999',
      '1K',
      '20K',
      '150M',
    ]);
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
