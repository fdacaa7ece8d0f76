import { expect, test } from 'vitest';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { thrownLine } from '#test/support/thrown.ts';

const SLOW = { Regex: '(a+)+$' };
const TEXT = `${'a'.repeat(60)}!`;

const VOCABULARY = { '[UNK]': 0, a: 1, '!': 2 };

function tokenizerWith(steps: object) {
  const definition = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'BPE', vocab: VOCABULARY, merges: [], unk_token: '[UNK]' },
    ...steps,
  };
  return loadTextTokenizer(scratchFolder({ 'tokenizer.json': JSON.stringify(definition) }));
}

const split = (pattern: object) => ({ type: 'Split', pattern, behavior: 'Isolated', invert: false });
const replace = (pattern: object) => ({ type: 'Replace', pattern, content: 'a' });

test.each([
  ['pre-tokeniser', { pre_tokenizer: { type: 'Sequence', pretokenizers: [split(SLOW)] } }],
  ['normaliser', { normalizer: { type: 'Sequence', normalizers: [replace(SLOW)] } }],
])('a pattern of a %s whose search does not end is refused with its file', async (_, steps) => {
  const tokenizer = await tokenizerWith(steps);
  expect([...tokenizer.encode('aa!', undefined, 9).tokenIds]).toContain(1);
  expect(thrownLine(() => tokenizer.encode(TEXT, undefined, 100))).toMatch(
    /tokenizer\.json: the pattern "\(a\+\)\+\$" takes too long on a text of 61 characters\. Write it without/,
  );
});

test('so is a pattern of a decoder', async () => {
  const tokenizer = await tokenizerWith({
    decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }, replace(SLOW)] },
  });
  expect(tokenizer.decode([1, 2])).toContain('!');
  const ids = [...Array.from({ length: 60 }, () => 1), 2];
  expect(thrownLine(() => tokenizer.decode(ids))).toMatch(/takes too long on a text of 61 tokens/);
});

test('a flat pattern is limited on long texts only', async () => {
  const tokenizer = await tokenizerWith({ pre_tokenizer: split({ Regex: 'a*a*!' }) });
  expect(tokenizer.encode(`${'a'.repeat(500)}`, undefined, 9).tokenIds).toHaveLength(9);
  expect(thrownLine(() => tokenizer.encode('a'.repeat(100_000), undefined, 9))).toMatch(/takes too long/);
});
