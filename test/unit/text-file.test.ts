import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePositions } from '#shared/channel/placement.ts';
import { streamLines } from '#shared/tables/file-lines.ts';
import { decodeText, linesOf } from '#shared/text-file.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { thrownLine } from '#test/support/thrown.ts';

const UTF16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('text of a file', () => {
  test.each<[string, Uint8Array]>([
    ['plain', Buffer.from('seed: 3 # ü')],
    ['with a byte order mark', Buffer.from('\uFEFFseed: 3 # ü')],
    ['in UTF-16, little end first', UTF16('seed: 3 # ü')],
    ['in UTF-16, big end first', UTF16('seed: 3 # ü').swap16()],
  ])('is read %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe('seed: 3 # ü');
  });

  test('that is none is refused', () => {
    expect(() => decodeText(Uint8Array.of(0x61, 0xc3, 0x28))).toThrow(TypeError);
  });

  test('has lines with any end, and none at its end that are blank', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      expect(linesOf(['a', '', 'b', '', ''].join(end))).toEqual(['a', '', 'b']);
      expect(parsePositions(['1,2', '3,4', '', ''].join(end), 'p.csv')).toHaveLength(2);
    }
    expect(linesOf('')).toEqual([]);
  });
});

describe('lines of a stream', () => {
  const lines = async (text: string) => {
    const found: (readonly [number, string])[] = [];
    // One byte at a time, because the sizes of chunks must not matter.
    const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    for await (const line of streamLines(toStream(bytes), 'x.tsv')) found.push([line.number, line.text]);
    return found;
  };
  async function* toStream(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
    yield* chunks;
  }

  test('end in CR where there is no LF at all, and only then', async () => {
    expect(await lines('a\rb\r')).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(await lines('a\rb\nc')).toEqual([
      [1, 'a\rb'],
      [2, 'c'],
    ]);
  });

  test('that are blank count within the text and not at its end', async () => {
    expect(await lines('a\n\nb\n\n\n')).toEqual([
      [1, 'a'],
      [2, ''],
      [3, 'b'],
    ]);
  });
});

test('a message quotes at most a piece of a line', () => {
  expect(thrownLine(() => parsePositions('x'.repeat(1e6), 'p.csv')).length).toBeLessThan(200);
});

test("airtune's version is its package's", () => {
  const file = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  expect(JSON.parse(file).version).toBe(AIRTUNE_VERSION);
});
