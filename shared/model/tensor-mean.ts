import { ProtocolError } from '#shared/errors.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

interface RunningSum {
  readonly shape: readonly number[];
  readonly total: Float64Array;
}

/**
 * The mean of several sets of the same tensors with equal weights: FedAvg's (1/|S|) times the sum over S.
 * When weights are given, the result is the weighted sum, without division.
 *
 * Sums run in the order of `add`, in double precision: the same sets in the same order give the same bits.
 * Memory does not grow with the number of sets.
 */
export class TensorMean {
  readonly #sums = new Map<string, RunningSum>();
  #count = 0;
  #weighted = false;

  /**
   * @param weight Factor of the set in the sum; given for all sets or for none.
   * @throws {@link ProtocolError} naming the tensor when the set differs from the first in names or shapes.
   */
  add(set: NamedTensors, weight?: number): void {
    this.#weighted = weight !== undefined;
    const factor = weight ?? 1;
    if (this.#count === 0) {
      for (const [name, { shape, data }] of set)
        this.#sums.set(name, { shape, total: new Float64Array(data.length) });
    }
    if (set.size !== this.#sums.size) {
      throw new ProtocolError(`${set.size} tensors to average with ${this.#sums.size}.`);
    }
    for (const [name, { shape, total }] of this.#sums) {
      const value = set.get(name);
      if (value === undefined || value.shape.join() !== shape.join()) {
        throw new ProtocolError('the sets to average differ in names or shapes.', {
          subject: `tensor ${name}`,
        });
      }
      for (let i = 0; i < total.length; i++) total[i] += factor * value.data[i];
    }
    this.#count++;
  }

  /** @throws {@link ProtocolError} when nothing was added. */
  mean(): NamedTensors {
    if (this.#count === 0) throw new ProtocolError('nothing to average: no device answered.');
    const count = this.#weighted ? 1 : this.#count;
    return new Map(
      [...this.#sums].map(([name, { shape, total }]): [string, Tensor] => [
        name,
        { shape, data: divided(total, count) },
      ]),
    );
  }
}

/** A plain loop, because `Float32Array.from` uses an iterator and is fifty times as slow. */
function divided(total: Float64Array, count: number): Float32Array {
  const mean = new Float32Array(total.length);
  for (let i = 0; i < mean.length; i++) mean[i] = total[i] / count;
  return mean;
}
