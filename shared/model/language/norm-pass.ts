import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { NormForm } from './final-norm.ts';

/** Rows after a norm, and the values for its backward pass. All arrays are row-major. */
export interface NormedRows {
  /** Rows before weight and bias, [count, width]. */
  readonly normalized: Float64Array;
  /** 1 / deviation of each row (`rms`: 1 / root of its mean square), [count]. */
  readonly inverse: Float64Array;
  /** [count, width], rounded to single precision. */
  readonly output: Float32Array;
}

/** The norm of rows [count, width], in double precision. */
export function normRows(form: NormForm, parameters: NamedTensors, rows: Float32Array): NormedRows {
  const [weight, bias] = tensorsOf(form, parameters);
  const width = weight.length;
  const count = rows.length / width;
  const normalized = new Float64Array(rows.length);
  const inverse = new Float64Array(count);
  const output = new Float32Array(rows.length);
  for (let row = 0; row < count; row++) {
    const start = row * width;
    let mean = 0;
    if (form.kind === 'layer') {
      for (let i = 0; i < width; i++) mean += rows[start + i];
      mean /= width;
    }
    let squares = 0;
    for (let i = 0; i < width; i++) squares += (rows[start + i] - mean) ** 2;
    inverse[row] = 1 / Math.sqrt(squares / width + form.epsilon);
    for (let i = 0; i < width; i++) {
      const value = (rows[start + i] - mean) * inverse[row];
      normalized[start + i] = value;
      output[start + i] = value * weight[i] + (bias?.[i] ?? 0);
    }
  }
  return { normalized, inverse, output };
}

/** Gradients of a loss at a norm's rows and at its tensors. */
export interface NormGradients {
  /** [count, width] */
  readonly rows: Float64Array;
  readonly parameters: NamedTensors;
}

/**
 * The backward pass from the gradient at the output, dy [count, width]:
 *
 *     dn = dy * weight
 *     layer:  dx = (dn - mean(dn) - n * mean(dn * n)) / deviation
 *     rms:    dx = (dn - n * mean(dn * n)) / root of the mean square
 */
export function normGradients(
  form: NormForm,
  parameters: NamedTensors,
  { normalized, inverse }: NormedRows,
  dy: Float64Array,
): NormGradients {
  const [weight] = tensorsOf(form, parameters);
  const width = weight.length;
  const dx = new Float64Array(dy.length);
  const dWeight = new Float64Array(width);
  const dBias = new Float64Array(width);
  for (let row = 0; row < inverse.length; row++) {
    const start = row * width;
    let mean = 0;
    let along = 0;
    for (let i = 0; i < width; i++) {
      const at = start + i;
      dWeight[i] += dy[at] * normalized[at];
      dBias[i] += dy[at];
      const dn = dy[at] * weight[i];
      mean += dn;
      along += dn * normalized[at];
    }
    mean = form.kind === 'layer' ? mean / width : 0;
    along /= width;
    for (let i = 0; i < width; i++) {
      const at = start + i;
      dx[at] = (dy[at] * weight[i] - mean - normalized[at] * along) * inverse[row];
    }
  }
  const gradients = [dWeight, dBias];
  return {
    rows: dx,
    parameters: new Map(
      form.tensors.map((name, index): [string, Tensor] => [
        name,
        { shape: [width], data: Float32Array.from(gradients[index]) },
      ]),
    ),
  };
}

function tensorsOf(
  form: NormForm,
  parameters: NamedTensors,
): readonly [Float32Array, Float32Array | undefined] {
  const [weight, bias] = form.tensors.map((name) => requireTensor(parameters, name).data);
  return [weight, bias];
}
