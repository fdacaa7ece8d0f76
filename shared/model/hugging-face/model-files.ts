/** What every model directory has. */
export const REQUIRED_FILES = ['config.json', 'model.safetensors'] as const;

/** What a model directory may have beside them: what makes its inputs, and the terms it comes under. */
export const COMPANION_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'special_tokens_map.json',
  'added_tokens.json',
  'preprocessor_config.json',
  'LICENSE',
] as const;
