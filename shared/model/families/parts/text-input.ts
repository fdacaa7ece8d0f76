import {
  type TextInput,
  TOKEN_FLOPS_PER_VALUE,
  type TokenEmbedding,
} from '#shared/model/families/model-input.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { type TokenRules, type TokenTables, tokenEmbedding } from './token-embedding.ts';

/**
 * Input of a text model whose device part is a token embedding.
 *
 * @param tables Makes the tables of the embedding module from the device part's tensors.
 */
export function textInput(rules: TokenRules, tables: (tensors: NamedTensors) => TokenTables): TextInput {
  return embeddedTextInput(rules, TOKEN_FLOPS_PER_VALUE, (tensors) => tokenEmbedding(tables(tensors), rules));
}

/** Input of a text model whose embedding module does more than a token embedding. */
export function embeddedTextInput(
  { vocabularySize, maximumTokens, tokenTypeCount }: TokenRules,
  flopsPerValue: number,
  embedding: (tensors: NamedTensors) => TokenEmbedding,
): TextInput {
  return { kind: 'text', vocabularySize, maximumTokens, tokenTypeCount, flopsPerValue, embedding };
}
