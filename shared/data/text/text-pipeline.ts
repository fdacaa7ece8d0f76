import { Tokenizer } from '@huggingface/tokenizers';
import { type AddedToken, addedTokenSplitter } from './added-tokens.ts';
import { bertNormalizer, bertWords } from './bert/bert-rules.ts';
import { byteLevelWords } from './byte-level/byte-level-rules.ts';
import { metaspaceWords, whiteSpaceWords } from './metaspace-rules.ts';
import { precompiledNormalizer } from './precompiled/precompiled-map.ts';
import type { TokenizerDefinition } from './tokenizer-files.ts';
import type { NormalizerStep, WordStep } from './tokenizer-steps.ts';
import { tokensByWord } from './word-cache.ts';

/** The steps of a tokenizer before special tokens are placed around a text. */
interface Steps {
  readonly normalize: (text: string) => string;
  /** Words of normalised text; `isFirst` tells whether it is the beginning of what is tokenised. */
  readonly words: (text: string, isFirst: boolean) => readonly string[];
  /** Tokens of words. */
  readonly tokens: (words: readonly string[]) => readonly string[];
}

type TokensOfText = (text: string) => readonly string[];

/**
 * The tokens of a text, without special tokens around it, as the Rust tokenizers make them: added tokens are found, the
 * rest is normalised, cut into words, and each word into tokens. The rules that BERT's, RoBERTa's and
 * SentencePiece's tokenizers are made of are this project's own, exact to the character; the models are the library's.
 */
export function textPipeline(tokenizer: Tokenizer, definition: TokenizerDefinition): TokensOfText {
  const tokensOf = uncachedPipeline(tokenizer, definition);
  return isCutAtBlanks(definition) ? tokensByWord(tokensOf) : tokensOf;
}

/** The same, without a memory of words. */
export function uncachedPipeline(tokenizer: Tokenizer, definition: TokenizerDefinition): TokensOfText {
  const steps = pipelineSteps(tokenizer, definition);
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

function pipelineSteps(tokenizer: Tokenizer, definition: TokenizerDefinition): Steps {
  const { model } = tokenizer;
  return {
    normalize: normalizerOf(definition.normalizer ?? undefined),
    words: wordsOf(definition.pre_tokenizer ?? undefined),
    // Word by word: the library would fuse the unknown tokens of neighbouring words.
    tokens: (words) => words.flatMap((word) => model?.([word]) ?? [word]),
  };
}

function normalizerOf(step: NormalizerStep | undefined): Steps['normalize'] {
  switch (step?.kind) {
    case undefined:
      return (text) => text;
    case 'bert':
      return bertNormalizer(step);
    case 'precompiled':
      return precompiledNormalizer(step.charsmap);
    case 'sequence': {
      const normalizers = step.steps.map(normalizerOf);
      return (text) => normalizers.reduce((normal, normalize) => normalize(normal), text);
    }
    case 'library': {
      const { normalizer } = ofLibrary({ normalizer: step.json });
      return (text) => normalizer?.(text) ?? text;
    }
  }
}

function wordsOf(step: WordStep | undefined): Steps['words'] {
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
      const cutters = step.steps.map(wordsOf);
      return (text, isFirst) =>
        cutters.reduce<readonly string[]>(
          (pieces, cut) => pieces.flatMap((piece, index) => cut(piece, isFirst && index === 0)),
          [text],
        );
    }
    case 'library': {
      const { pre_tokenizer: cut } = ofLibrary({ pre_tokenizer: step.json });
      return (text) => cut?.(text) ?? [text];
    }
  }
}

/** A tokenizer of the library that has these steps and nothing else. */
function ofLibrary(steps: object): Tokenizer {
  const model = { type: 'WordPiece', vocab: {}, unk_token: '' };
  const none = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return new Tokenizer({ ...none, model, added_tokens: [], ...steps }, {});
}

/** Whether BERT's rules hold, and no added token spans a blank or looks at what stands beside it. */
function isCutAtBlanks({ normalizer, pre_tokenizer, added_tokens: added }: TokenizerDefinition): boolean {
  const isPlain = ({ content, singleWord, takesSpaceBefore, takesSpaceAfter }: AddedToken) =>
    !/\s/.test(content) && !singleWord && !takesSpaceBefore && !takesSpaceAfter;
  return normalizer?.kind === 'bert' && pre_tokenizer?.kind === 'bert' && added.every(isPlain);
}
