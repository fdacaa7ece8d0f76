import { describe, expect, it } from 'vitest';
import type { ImageExamples, TokenExamples } from '#shared/data/example-set.ts';
import { selectExamples } from '#shared/data/example-set.ts';
import { decodeShard, encodeShard } from '#shared/data/shard.ts';
import { AirtuneError, DataError } from '#shared/errors.ts';

const TOKENS: TokenExamples = {
  kind: 'tokens',
  tokenIds: Int32Array.of(2, 7, 3, 2, 8, 9, 3, 2, 3),
  tokenTypes: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0),
  offsets: Int32Array.of(0, 3, 7, 9),
  labels: Int32Array.of(1, 0, 1),
};

const IMAGES: ImageExamples = {
  kind: 'images',
  shape: [2, 1, 2, 3],
  pixels: Uint8Array.of(0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255),
  labels: Int32Array.of(4, 0),
};

describe('a shard', () => {
  it.each([
    { examples: TOKENS, classCount: 2 },
    { examples: IMAGES, classCount: 5 },
  ])('of $examples.kind is read back as it was written', (shard) => {
    expect(decodeShard(encodeShard(shard), 'shard')).toEqual(shard);
  });

  it('has the same bytes however its examples came about', () => {
    const copy = selectExamples(selectExamples(TOKENS, Int32Array.of(2, 1, 0)), Int32Array.of(2, 1, 0));
    expect(encodeShard({ examples: copy, classCount: 2 })).toEqual(
      encodeShard({ examples: TOKENS, classCount: 2 }),
    );
  });

  it('holds the selected rows in the selected order', () => {
    expect(selectExamples(TOKENS, Int32Array.of(2, 1))).toEqual({
      kind: 'tokens',
      tokenIds: Int32Array.of(2, 3, 2, 8, 9, 3),
      tokenTypes: Int32Array.of(0, 0, 0, 0, 1, 1),
      offsets: Int32Array.of(0, 2, 6),
      labels: Int32Array.of(1, 0),
    });
    expect(selectExamples(IMAGES, Int32Array.of(1)).pixels).toEqual(IMAGES.pixels.slice(6));
  });

  it.each([
    ['a label outside the classes', { ...TOKENS, labels: Int32Array.of(1, 2, 0) }, /label is outside/],
    ['offsets that fall', { ...TOKENS, offsets: Int32Array.of(0, 7, 3, 9) }, /offsets do not rise/],
    ['offsets that end early', { ...TOKENS, offsets: Int32Array.of(0, 3, 7, 8) }, /offsets do not rise/],
    ['too few labels', { ...TOKENS, labels: Int32Array.of(1, 0) }, /rows and labels/],
    [
      'a negative token',
      { ...TOKENS, tokenIds: TOKENS.tokenIds.map((id) => id - 3) },
      /token id is negative/,
    ],
    ['token types missing', { ...TOKENS, tokenTypes: Int32Array.of(0) }, /token types and token ids/],
    ['too few image labels', { ...IMAGES, labels: Int32Array.of(1) }, /images and labels/],
  ])('with %s is refused', (_, examples, message) => {
    const bytes = encodeShard({ examples, classCount: 2 });
    expect(() => decodeShard(bytes, 'shards/000003')).toThrow(DataError);
    expect(() => decodeShard(bytes, 'shards/000003')).toThrow(message);
  });

  it('cut off anywhere is refused', () => {
    const bytes = encodeShard({ examples: TOKENS, classCount: 2 });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeShard(bytes.subarray(0, length), 'shard')).toThrow(AirtuneError);
    }
  });
});
