import * as z from 'zod';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { tensorNorm } from '#shared/model/tensor-norm.ts';

export const clipNormSetting = (of: string) =>
  z
    .number()
    .positive()
    .max(1e9)
    .optional()
    .describe(`largest L2 norm of ${of}; a longer gradient is scaled to it. Not clipped if not given`);

/**
 * Scales a set of gradients to a largest L2 norm over all of its elements, as PyTorch's `clip_grad_norm_`
 * does. A shorter set, or an undefined limit, returns the set unchanged.
 */
export function clipGradients(gradients: NamedTensors, largestNorm: number | undefined): NamedTensors {
  if (largestNorm === undefined) return gradients;
  const norm = tensorNorm(gradients);
  if (!(norm > largestNorm)) return gradients;
  const scale = largestNorm / norm;
  return new Map(
    [...gradients].map(([name, { shape, data }]): [string, Tensor] => {
      // A plain loop, as in a step of SGD: a callback for each value would be slow.
      const scaled = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) scaled[i] = scale * data[i];
      return [name, { shape, data: scaled }];
    }),
  );
}
