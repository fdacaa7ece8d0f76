import type { Tokenizer } from '@huggingface/tokenizers';
import { type AddedToken, addedTokenSplitter } from './added-tokens.ts';
import { bertNormalizer, bertWords } from './bert/bert-rules.ts';
import type { TokenizerDefinition } from './tokenizer-files.ts';
import { tokensByWord } from './word-cache.ts';

/** The steps of a tokenizer before special tokens are placed around a text. */
interface Steps {
  readonly normalize: (text: string) => string;
  /** Words of normalised text. */
  readonly words: (text: string) => readonly string[];
  /** Tokens of words. */
  readonly tokens: (words: readonly string[]) => readonly string[];
}

type TokensOfText = (text: string) => readonly string[];

/**
 * The tokens of a text, without special tokens around it, as the Rust tokenizers make them: added tokens are found, the
 * rest is normalised, cut into words, and each word into tokens. BERT's rules are this project's own, exact to the
 * character; of the library only the models are used with them.
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
    unnormalized(text).flatMap((segment) =>
      segment.kind === 'token'
        ? [segment.content]
        : normalized(steps.normalize(segment.text)).flatMap((part) =>
            part.kind === 'token' ? [part.content] : steps.tokens(steps.words(part.text)),
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

function pipelineSteps(tokenizer: Tokenizer, { normalizer, pre_tokenizer }: TokenizerDefinition): Steps {
  const { normalizer: normalize, pre_tokenizer: preTokenizer, model } = tokenizer;
  return {
    normalize: normalizer?.kind === 'bert' ? bertNormalizer(normalizer) : (text) => normalize?.(text) ?? text,
    words: pre_tokenizer?.type === 'BertPreTokenizer' ? bertWords : (text) => preTokenizer?.(text) ?? [text],
    tokens: (words) => model?.([...words]) ?? words,
  };
}

/** Whether BERT's rules hold, and no added token spans a blank or looks at what stands beside it. */
function isCutAtBlanks({ normalizer, pre_tokenizer, added_tokens: added }: TokenizerDefinition): boolean {
  const isPlain = ({ content, singleWord, takesSpaceBefore, takesSpaceAfter }: AddedToken) =>
    !/\s/.test(content) && !singleWord && !takesSpaceBefore && !takesSpaceAfter;
  return normalizer?.kind === 'bert' && pre_tokenizer?.type === 'BertPreTokenizer' && added.every(isPlain);
}
