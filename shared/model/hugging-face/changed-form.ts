import type { CheckpointNames } from '#shared/model/families/model-family.ts';
import type { Tensor } from '#shared/model/tensor.ts';

/**
 * Changes a tensor from the form in which a family's checkpoints store it to the canonical one, or back: some
 * families store weights of dense layers as [inputs, outputs].
 */
export function changedForm(names: CheckpointNames, canonical: string, value: Tensor): Tensor {
  return names.transposed?.(canonical) === true && value.shape.length === 2 ? transposed(value) : value;
}

function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column];
  }
  return { shape: [columns, rows], data: out };
}
