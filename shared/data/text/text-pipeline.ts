import { Tokenizer } from '@huggingface/tokenizers';
import { type AddedToken, addedTokenSplitter } from './added-tokens.ts';
import { bertNormalizer, bertWords } from './bert/bert-rules.ts';
import { byteLevelWords } from './byte-level/byte-level-rules.ts';
import { metaspaceWords, whiteSpaceWords } from './metaspace-rules.ts';
import { PatternLimit } from './pattern-limit.ts';
import { precompiledNormalizer } from './precompiled/precompiled-map.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';
import type { TokenizerDefinition } from './tokenizer-schema.ts';
import type { NormalizerStep, WordStep } from './tokenizer-steps.ts';
import { byWord } from './word-cache.ts';

/** Steps of a tokenizer before special tokens are added around a text. */
interface Steps {
  readonly normalize: (text: string) => string;
  /** Splits normalised text into words. `isFirst` is true at the start of the tokenised text. */
  readonly words: (text: string, isFirst: boolean) => readonly string[];
  /** Splits words into tokens. */
  readonly tokens: (words: readonly string[]) => readonly string[];
}

/** A tokenizer's definition, and the file that it comes from. */
type TokenizerSource = Pick<TokenizerFiles, 'definition' | 'source'>;

type TokensOfText = (text: string) => readonly string[];

/**
 * Makes a function that splits a text into tokens, without special tokens around it, with the same result as
 * the Rust tokenizers: added tokens are found; the rest is normalised and split into words; each word is
 * split into tokens.
 *
 * The rules of BERT's, RoBERTa's and SentencePiece's tokenizers are code of this project, which is exact for
 * every character; the WordPiece, BPE and Unigram models are those of the library.
 *
 * @param resultOf returns the result for a token, such as its id
 * @throws ModelError, also by the returned function, for a pattern whose search takes too long
 */
export function textPipeline<Result>(
  tokenizer: Tokenizer,
  { definition, source }: TokenizerSource,
  resultOf: (token: string) => Result,
): (text: string) => readonly Result[] {
  const tokensOf = uncachedPipeline(tokenizer, { definition, source });
  const resultsOf = (text: string) => tokensOf(text).map(resultOf);
  return isCutAtBlanks(definition) ? byWord(resultsOf) : resultsOf;
}

/** The same pipeline without a cache of words. */
export function uncachedPipeline(
  tokenizer: Tokenizer,
  { definition, source }: TokenizerSource,
): TokensOfText {
  const steps = pipelineSteps(tokenizer, definition, new PatternLimit(source));
  const added = definition.added_tokens;
  const unnormalized = addedTokenSplitter(patternsOf(added, false, (content) => content));
  const normalized = addedTokenSplitter(patternsOf(added, true, steps.normalize));
  return (text) =>
    unnormalized(text).flatMap((segment, index) =>
      segment.kind === 'token'
        ? [segment.content]
        : normalized(steps.normalize(segment.text)).flatMap((part, partIndex) =>
            part.kind === 'token'
              ? [part.content]
              : steps.tokens(steps.words(part.text, index === 0 && partIndex === 0)),
          ),
    );
}

function patternsOf(
  added: readonly AddedToken[],
  normalized: boolean,
  patternOf: (content: string) => string,
): Parameters<typeof addedTokenSplitter>[0] {
  return added
    .filter((token) => token.normalized === normalized)
    .map((token) => ({ pattern: patternOf(token.content), token }));
}

function pipelineSteps(tokenizer: Tokenizer, definition: TokenizerDefinition, limit: PatternLimit): Steps {
  const { model } = tokenizer;
  return {
    normalize: normalizerOf(definition.normalizer ?? undefined, limit),
    words: wordsOf(definition.pre_tokenizer ?? undefined, limit),
    // Words are passed one at a time, because the library would fuse unknown tokens of neighbouring words.
    tokens: (words) => words.flatMap((word) => model?.([word]) ?? [word]),
  };
}

function normalizerOf(step: NormalizerStep | undefined, limit: PatternLimit): Steps['normalize'] {
  switch (step?.kind) {
    case undefined:
      return (text) => text;
    case 'bert':
      return bertNormalizer(step);
    case 'precompiled':
      return precompiledNormalizer(step.charsmap);
    case 'sequence': {
      const normalizers = step.steps.map((each) => normalizerOf(each, limit));
      return (text) => normalizers.reduce((normal, normalize) => normalize(normal), text);
    }
    case 'library': {
      const { normalizer } = ofLibrary({ normalizer: step.json });
      return limit.limited(step.json, (text: string) => normalizer?.(text) ?? text);
    }
  }
}

function wordsOf(step: WordStep | undefined, limit: PatternLimit): Steps['words'] {
  switch (step?.kind) {
    case undefined:
      return (text) => [text];
    case 'bert':
      return bertWords;
    case 'white-space':
      return whiteSpaceWords;
    case 'byte-level':
      return byteLevelWords(step);
    case 'metaspace':
      return (text, isFirst) => metaspaceWords(text, isFirst, step);
    case 'sequence': {
      const cutters = step.steps.map((each) => wordsOf(each, limit));
      return (text, isFirst) =>
        cutters.reduce<readonly string[]>(
          (pieces, cut) => pieces.flatMap((piece, index) => cut(piece, isFirst && index === 0)),
          [text],
        );
    }
    case 'library': {
      const { pre_tokenizer: cut } = ofLibrary({ pre_tokenizer: step.json });
      return limit.limited(step.json, (text: string) => cut?.(text) ?? [text]);
    }
  }
}

/** Makes a tokenizer of the library that has only these steps. */
function ofLibrary(steps: object): Tokenizer {
  const model = { type: 'WordPiece', vocab: {}, unk_token: '' };
  const none = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return new Tokenizer({ ...none, model, added_tokens: [], ...steps }, {});
}

/**
 * Whether words can be tokenised independently: BERT's rules apply, and no added token contains a blank or
 * depends on the characters next to it.
 */
function isCutAtBlanks({ normalizer, pre_tokenizer, added_tokens: added }: TokenizerDefinition): boolean {
  const isPlain = ({ content, singleWord, takesSpaceBefore, takesSpaceAfter }: AddedToken) =>
    !/\s/.test(content) && !singleWord && !takesSpaceBefore && !takesSpaceAfter;
  return normalizer?.kind === 'bert' && pre_tokenizer?.kind === 'bert' && added.every(isPlain);
}
