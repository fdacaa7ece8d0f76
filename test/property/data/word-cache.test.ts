import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textPipeline, uncachedPipeline } from '#shared/data/text/text-pipeline.ts';
import { parseDefinition } from '#shared/data/text/tokenizer-files.ts';
import { wordPieceDefinition } from '#shared/data/text/wordpiece-definition.ts';

const SPECIAL = { unknown: '[UNK]', separator: '[SEP]', padding: '[PAD]', classify: '[CLS]', mask: '[MASK]' };
const PIECES = ['a', 'b', 'ab', 'σ', 'ς', 'e', 'é', 'i', '中', '!', '-', '1', 'fi', 'fl'];
const VOCABULARY = [...Object.values(SPECIAL), ...PIECES, ...PIECES.map((piece) => `##${piece}`)];

/**
 * Letters with cases, accents apart and joined, ideographs, punctuation, special tokens, and all sorts of
 * spaces and controls.
 */
const fragments = fc.constantFrom(
  ...[
    'a',
    'B',
    'AB',
    'Σ',
    'ΑΣ',
    'é',
    'e\u0301',
    '\u0301',
    'İ',
    '中',
    'a中b',
    '!',
    '-',
    '[MASK]',
    '[SEP]',
    '[UNK',
    'fi',
  ],
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\r',
    '\u00a0',
    '\u3000',
    '\u2028',
    '\u000b',
    '\u000c',
    '\u0085',
    '\u0000',
    '\ufffd',
  ],
  ...['\ufeff', '\u200b', '\u200d', '\u00ad', '1', 'zzz'],
);
const texts = fc.oneof(
  fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

describe.each([true, false])('tokens by word, letters made small: %s', (lowercase) => {
  it.each([true, false, undefined])('are those of the whole text, accents taken off: %s', (stripAccents) => {
    const settings = { lowercase, stripAccents, splitChineseCharacters: true, specialTokens: SPECIAL };
    const definition = wordPieceDefinition(VOCABULARY, settings, 'vocab.txt');
    const parsed = { definition: parseDefinition(definition, 'vocab.txt'), source: 'vocab.txt' };
    const byWord = textPipeline(new Tokenizer(definition, {}), parsed, (token) => token);
    const whole = uncachedPipeline(new Tokenizer(definition, {}), parsed);
    fc.assert(
      fc.property(texts, (text) => {
        expect(byWord(text)).toEqual(whole(text));
        // Repeats it, now from the cache.
        expect(byWord(text)).toEqual(whole(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a tokenizer whose tokens may span spaces', () => {
  it('tokenises texts whole', () => {
    const settings = {
      lowercase: true,
      stripAccents: undefined,
      splitChineseCharacters: true,
      specialTokens: SPECIAL,
    };
    const bert = wordPieceDefinition([...VOCABULARY, 'a b'], settings, 'vocab.txt');
    const spanning = {
      id: VOCABULARY.length,
      content: 'a b',
      single_word: false,
      lstrip: false,
      rstrip: false,
    };
    const definition = {
      ...bert,
      added_tokens: [...bert.added_tokens, { ...spanning, normalized: false, special: true }],
    };
    const parsed = { definition: parseDefinition(definition, 'vocab.txt'), source: 'vocab.txt' };
    const tokens = textPipeline(new Tokenizer(definition, {}), parsed, (token) => token);
    expect(tokens('a b')).toEqual(['a b']);
  });
});
