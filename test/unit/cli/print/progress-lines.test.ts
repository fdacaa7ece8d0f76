import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProgressLines } from '#cli/print/progress-lines.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function linesOn(output: { readonly isTTY?: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const sink = { ...output, write: (text: string) => written.push(text) };
  const lines = new ProgressLines(sink, { nowMs: () => Date.now(), environment: {} });
  return { lines, written };
}

describe('progress', () => {
  test('prints a line at least every two seconds during an activity', () => {
    const { lines, written } = linesOn({});
    lines.activity('reading the data');
    let last = Date.now();
    let longest = 0;
    for (let step = 0; step < 100; step++) {
      const before = written.length;
      vi.advanceTimersByTime(100);
      if (written.length > before) {
        longest = Math.max(longest, Date.now() - last);
        last = Date.now();
      }
    }
    expect(longest).toBeLessThanOrEqual(2000);
    expect(written.length).toBeGreaterThan(3);
    expect(written[0]).toMatch(/^reading the data, \d s so far\n$/);
    lines.end();
    const said = written.length;
    vi.advanceTimersByTime(10_000);
    expect(written).toHaveLength(said);
  });

  test('prints nothing for quick activities', () => {
    const { lines, written } = linesOn({});
    lines.activity('reading the data');
    vi.advanceTimersByTime(1_000);
    lines.show([{ text: 'round 1/2' }], 0.5);
    vi.advanceTimersByTime(1_000);
    lines.show([{ text: 'round 2/2' }], 1);
    lines.end();
    expect(written).toEqual(['round 1/2\n', 'round 2/2\n']);
  });

  test('fits the terminal by leaving parts out, never by cutting one', () => {
    const parts = [
      { text: 'round 1/2' },
      { text: 'loss 0.1234', dropOrder: 1 },
      { text: 'delay 1.234 s', dropOrder: 2 },
    ];
    const { lines, written } = linesOn({ isTTY: true, columns: 40 });
    lines.show(parts, 0.5);
    const shown = written.join('').replace('\r\u001b[2K', '');
    expect(shown).toBe('[######------] round 1/2  loss 0.1234');
    expect(shown.length).toBeLessThan(40);
    lines.end();
  });

  test('keeps a warning above the live line, made safe to print', () => {
    const { lines, written } = linesOn({ isTTY: true, columns: 80 });
    lines.show([{ text: 'round 1/2' }], 0.5);
    lines.note('a \u001b[2J b');
    expect(written.at(-1)).toBe('\r\u001b[2Ka \\u{1b}[2J b\n[######------] round 1/2');
    lines.end();
  });
});
