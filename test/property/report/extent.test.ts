import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extentOf } from '#report/charts/extent.ts';
import { embeddedJson, escapeText } from '#report/page/markup.ts';
import { shortNumber, tickNumber } from '#report/page/numbers.ts';

describe('an axis', () => {
  it('holds every value, with few round ticks', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const { least, greatest, step } = extentOf(values, 'linear');
        for (const each of values) {
          expect(each).toBeGreaterThanOrEqual(least - 1e-9 * Math.abs(least));
          expect(each).toBeLessThanOrEqual(greatest + 1e-9 * Math.abs(greatest));
        }
        expect(greatest).toBeGreaterThan(least);
        expect((greatest - least) / step).toBeLessThanOrEqual(9);
      }),
    );
  });

  it('is logarithmic for positive numbers far apart, and then no value touches an end', () => {
    const wide = fc.tuple(
      fc.double({ min: -9, max: 0, noNaN: true }),
      fc.double({ min: 1.5, max: 9, noNaN: true }),
    );
    fc.assert(
      fc.property(wide, ([low, high]) => {
        const axis = extentOf([10 ** low, 10 ** high]);
        expect(axis.logarithmic).toBe(true);
        expect(axis.least).toBeLessThan(10 ** low);
        expect(axis.greatest).toBeGreaterThan(10 ** high);
      }),
    );
  });

  it('is linear where zero is among the values or they are near each other', () => {
    expect([[0, 1, 1e6], [30, 100], []].map((values) => extentOf(values).logarithmic)).toEqual([
      false,
      false,
      false,
    ]);
    expect(extentOf([0, 5], 'logarithmic').logarithmic).toBe(false);
  });

  it('has room between the marks and its ends, except at zero and at 100 %', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 40, max: 60, noNaN: true }),
        fc.double({ min: 61, max: 89, noNaN: true }),
        (low, high) => {
          const axis = extentOf([low, high], 'linear');
          expect(axis.least).toBeLessThan(low);
          expect(axis.greatest).toBeGreaterThan(high);
        },
      ),
    );
    expect(extentOf([0, 10], 'linear').least).toBe(0);
    expect(extentOf([52, 100], 'linear').greatest).toBe(100);
  });
});

describe('the content beside the script', () => {
  it('is the same JSON, and ends no element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = embeddedJson(value);
        expect(text).not.toContain('<');
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(embeddedJson('</script><!--')).not.toMatch(/<\/script|<!--/);
  });
});

describe('text in a report', () => {
  it('never opens a tag or ends an attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeText(text))));
    expect(escapeText('a & <b> "c"')).toBe('a &amp; &lt;b&gt; &quot;c&quot;');
  });

  it('has short numbers on axes', () => {
    expect([0, 0.05, 999, 1000, 20_000, 1.5e8].map(tickNumber)).toEqual([
      '0',
      '0.05',
      '999',
      '1,000',
      '20K',
      '150M',
    ]);
  });

  it('shows four digits that count', () => {
    expect([1234567, 0.000012345, 12.34567, 0, -3.45678].map((value) => shortNumber(value))).toEqual([
      '1,235,000',
      '1.23e-5',
      '12.35',
      '0',
      '-3.457',
    ]);
  });
});
