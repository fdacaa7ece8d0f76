import { describe, expect, it } from 'vitest';
import { packSequences } from '#shared/data/text/encode-dataset.ts';
import { LanguageTokens } from '#shared/data/text/language-tokens.ts';
import { nextTokens } from '#shared/data/text/next-tokens.ts';
import { packTexts } from '#shared/data/text/pack-texts.ts';
import type { TextTokenizer } from '#shared/data/text/tokenizer.ts';
import { NO_TARGET } from '#shared/model/language/language-pass.ts';
import { thrownLine } from '#test/support/thrown.ts';

const END = 9;

/** A tokenizer of digits, whose ids are the digits themselves. */
const digits: TextTokenizer = {
  vocabularySize: 10,
  endTokenId: END,
  decode: (ids) => ids.join(''),
  encode: (text) => ({ tokenIds: Int32Array.from(text, Number), tokenTypes: new Int32Array(text.length) }),
};
const tokens = new LanguageTokens(digits, 'model');

describe('tokens of a language task', () => {
  it('end with the end token, and each token is predicted from the tokens before it', () => {
    const examples = packSequences([tokens.text('123'), tokens.text('45')], [0, 0]);
    expect([...nextTokens(examples, Int32Array.of(0))]).toEqual([2, 3, END, NO_TARGET]);
    expect([...nextTokens(examples, Int32Array.of(1, 0))]).toEqual([5, END, NO_TARGET, 2, 3, END, NO_TARGET]);
  });

  it('of a prompt are given, those of its completion are predicted', () => {
    const examples = packSequences([tokens.completion('12', '34', 100, 'qa.jsonl:1')], [0]);
    expect([...nextTokens(examples, Int32Array.of(0))]).toEqual([NO_TARGET, 3, 4, END, NO_TARGET]);
  });

  it('are truncated at the end', () => {
    const { tokenIds } = tokens.completion('12', '34', 3, 'qa.jsonl:1');
    expect([...tokenIds]).toEqual([1, 2, 3]);
  });

  it('refuse a prompt that leaves no token to predict, by its row', () => {
    expect(thrownLine(() => tokens.completion('123', '4', 3, 'qa.jsonl:7'))).toContain(
      'qa.jsonl:7: the prompt has 3 tokens, which leave none of 3 to predict.',
    );
  });

  it('refuse a tokenizer without an end token', () => {
    expect(thrownLine(() => new LanguageTokens({ ...digits, endTokenId: undefined }, 'model'))).toContain(
      'model: the tokenizer has no end token.',
    );
  });
});

describe('packed texts', () => {
  const texts = packSequences([tokens.text('12'), tokens.text('345'), tokens.text('6')], [0, 0, 0]);

  it('are joined and cut, with the rest as a shorter example', () => {
    const { examples } = packTexts(texts, new Int32Array(), 4);
    expect([...examples.offsets]).toEqual([0, 4, 8]);
    expect([...examples.tokenIds]).toEqual([1, 2, END, 3, 4, 5, END, 6]);
  });

  it('are joined within their group only', () => {
    const { examples, groups } = packTexts(texts, Int32Array.of(0, 1, 0), 4);
    expect([...groups]).toEqual([0, 1]);
    expect([...examples.tokenIds]).toEqual([1, 2, END, 6, 3, 4, 5, END]);
  });
});
