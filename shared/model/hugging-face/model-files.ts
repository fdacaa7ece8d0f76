/** The model's extents and kind. */
export const CONFIG_FILE = 'config.json';

/** All weights, where they lie in one file. */
export const WEIGHTS_FILE = 'model.safetensors';

/** Which shard holds which tensor, where the weights lie in several files. */
export const INDEX_FILE = 'model.safetensors.index.json';

/** What a model directory may have beside config and weights: what makes its inputs, and the terms it comes under. */
export const COMPANION_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'sentencepiece.bpe.model',
  'special_tokens_map.json',
  'added_tokens.json',
  'preprocessor_config.json',
  'LICENSE',
] as const;
