/** Names of engines; `auto` chooses the fastest one that loads of those that need no Python. */
export const ENGINE_CHOICES = ['auto', 'onnx', 'tfjs', 'torch'] as const;

export type EngineChoice = (typeof ENGINE_CHOICES)[number];
