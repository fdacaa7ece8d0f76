import { ProtocolError } from '../errors.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

/**
 * The mean of several sets of the same tensors, each set weighing the same: FedAvg's (1/|S|) times the sum over S.
 * Sums run in the order given, in double precision, so that the same sets in the same order give the same bits.
 *
 * @throws {@link ProtocolError} when there is no set, or when they differ in names or shapes.
 */
export function meanTensors(sets: readonly NamedTensors[]): NamedTensors {
  const [first] = sets;
  if (first === undefined) throw new ProtocolError('nothing to average: no device answered.');
  return new Map(
    [...first].map(([name, { shape, data }]): [string, Tensor] => {
      const sum = new Float64Array(data.length);
      for (const set of sets) {
        const value = set.get(name);
        if (value === undefined || set.size !== first.size || value.data.length !== sum.length) {
          throw new ProtocolError('the sets to average differ in names or shapes.', {
            subject: `tensor ${name}`,
          });
        }
        for (let i = 0; i < sum.length; i++) sum[i] += value.data[i];
      }
      return [name, { shape, data: Float32Array.from(sum, (total) => total / sets.length) }];
    }),
  );
}
