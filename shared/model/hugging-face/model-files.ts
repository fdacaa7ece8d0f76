/** Type and sizes of the model. */
export const CONFIG_FILE = 'config.json';

/** All weights, when they are in one file. */
export const WEIGHTS_FILE = 'model.safetensors';

/** Index of the shards, when the weights are in several files: the shard of each tensor. */
export const INDEX_FILE = 'model.safetensors.index.json';

/** How images are prepared for a vision model. */
export const PREPROCESSOR_FILE = 'preprocessor_config.json';

/** Optional files of a model directory: tokenizer, image preparation, licence. */
export const COMPANION_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'sentencepiece.bpe.model',
  'special_tokens_map.json',
  'added_tokens.json',
  PREPROCESSOR_FILE,
  'LICENSE',
] as const;
