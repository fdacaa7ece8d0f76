import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';

/**
 * The random streams of a plug-in: one for each list of whole numbers, such as round and device. A stream
 * depends on the run's seed and its numbers only, so the same draws are made on every machine, in any order.
 */
export type RandomSource = (...indices: readonly number[]) => RandomStream;

/** The random streams of a run's plug-ins. */
export function randomSource(seed: number): RandomSource {
  return (...indices) => randomStream(seed, 'plugin', ...indices);
}
