import { ConfigError } from '#shared/errors.ts';

/**
 * Number formats of the frozen weights and of the activations. LoRA and the optimiser are in single precision
 * in each of them:
 * - `float32`: single precision;
 * - `tf32`: single precision, products with factors rounded to 10 bits (CUDA);
 * - `bfloat16`, `float16`: weights and activations in 16 bits;
 * - `int8`, `nf4`: weights in 8 or 4 bits, activations in bfloat16 (bitsandbytes, on CUDA and processors).
 */
export const PRECISIONS = ['float32', 'tf32', 'bfloat16', 'float16', 'int8', 'nf4'] as const;

export type Precision = (typeof PRECISIONS)[number];

/** Whether weights are in a format of 8 or 4 bits. */
export function isQuantized(precision: Precision): boolean {
  return precision === 'int8' || precision === 'nf4';
}

/**
 * Checks that an engine has a precision.
 *
 * @throws {@link ConfigError} naming the engine that has it.
 */
export function requirePrecision(engine: string, precision: Precision): void {
  if (engine === 'torch' || precision === 'float32') return;
  throw new ConfigError(`\`${precision}\` is not in engine ${engine}, which computes in float32.`, {
    subject: 'setting server.precision',
    remedy: 'Set server.engine to torch, which has it, or leave server.precision out.',
  });
}
