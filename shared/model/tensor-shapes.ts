/** Shapes of a model's tensors by canonical name, in the order in which the model applies them. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

/** Entries of a dense layer: weight [outputs, inputs] and bias. */
export function dense(
  name: string,
  inputs: number,
  outputs: number,
  hasBias = true,
): [string, readonly number[]][] {
  return [[`${name}.weight`, [outputs, inputs]], ...(hasBias ? [bias(name, outputs)] : [])];
}

/** Entries of a norm: weight and bias. */
export function layerNorm(name: string, size: number, hasBias = true): [string, readonly number[]][] {
  return [[`${name}.weight`, [size]], ...(hasBias ? [bias(name, size)] : [])];
}

function bias(name: string, size: number): [string, readonly number[]] {
  return [`${name}.bias`, [size]];
}
