import { ConfigError } from '#shared/errors.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';

/**
 * Checks that there are enough examples.
 *
 * @throws ConfigError when not every device can have `minimum` examples.
 */
export function requireEnoughExamples(exampleCount: number, deviceCount: number, minimum: number): void {
  if (deviceCount >= 1 && exampleCount >= deviceCount * minimum) return;
  throw new ConfigError(
    `${exampleCount} training examples cannot give ${deviceCount} devices at least ${minimum} each.`,
    { subject: 'data', remedy: 'Use fewer devices or more training examples.' },
  );
}

/**
 * Moves examples until each device has at least `minimum`. A device below the minimum takes examples one at a
 * time, drawn at random, from the device that has the most (the first of equals). Changes the shards in
 * place. The total number of examples must suffice.
 */
export function raiseToMinimum(shards: readonly number[][], minimum: number, stream: RandomStream): void {
  for (const poor of shards) {
    while (poor.length < minimum) {
      const rich = shards.reduce((most, shard) => (shard.length > most.length ? shard : most));
      poor.push(...rich.splice(stream.integer(rich.length), 1));
    }
  }
}
