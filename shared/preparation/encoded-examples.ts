import * as z from 'zod';
import type { LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import { decodeShard, encodeShard } from '#shared/data/shard.ts';

/** Texts that earlier runs have tokenised, by the hash of all that their tokens depend on. */
export interface ExampleCache {
  /** The bytes of an earlier `put`; undefined if there are none, or none that are whole. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes as long as there is space. Where they cannot be kept, nothing happens. */
  put(key: string, bytes: Uint8Array): Promise<void>;
}

/** Keeps nothing. */
export const NO_CACHE: ExampleCache = { get: async () => undefined, put: async () => {} };

/**
 * Examples from the cache, or made and then kept there.
 *
 * @param key undefined for examples that are not kept
 */
export async function examplesOnce(
  cache: ExampleCache,
  key: string | undefined,
  make: () => Promise<LabelledExamples>,
): Promise<LabelledExamples> {
  if (key === undefined) return make();
  const kept = await cache.get(key);
  if (kept !== undefined) {
    try {
      return decodeExamples(kept);
    } catch {
      // Whole, but not of this format: replaced below.
    }
  }
  const made = await make();
  await cache.put(key, encodeExamples(made));
  return made;
}

const headerSchema = z.strictObject({
  labelNames: z.array(z.string()),
  score: z.strictObject({ mean: z.number(), deviation: z.number() }).optional(),
  groupNames: z.array(z.string()).optional(),
  /**
   * Lengths of the parts that follow the header's line: training set, test set, group of each row. [bytes]
   */
  bytes: z.tuple([z.int(), z.int(), z.int()]),
});

/** Examples as one line of JSON, and the bytes of both sets and of the groups. */
export function encodeExamples({ labelNames, train, test, groups, score }: LabelledExamples): Uint8Array {
  const classCount = labelNames.length;
  const parts = [
    encodeShard({ examples: train, classCount }),
    encodeShard({ examples: test, classCount }),
    new Uint8Array((groups?.ofRow ?? new Int32Array(0)).slice().buffer),
  ];
  const header: z.input<typeof headerSchema> = {
    labelNames: [...labelNames],
    ...(score === undefined ? {} : { score: { ...score } }),
    ...(groups === undefined ? {} : { groupNames: [...groups.names] }),
    bytes: [parts[0].length, parts[1].length, parts[2].length],
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...parts]);
}

/** Reads bytes of {@link encodeExamples}. @throws an error of any class for other bytes */
export function decodeExamples(bytes: Uint8Array): LabelledExamples {
  const lineEnd = bytes.indexOf(10);
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(0, lineEnd)));
  const { labelNames, score, groupNames, bytes: lengths } = headerSchema.parse(json);
  const trainAt = lineEnd + 1;
  const testAt = trainAt + lengths[0];
  const groupsAt = testAt + lengths[1];
  // Copied, so that each part begins at an address that its numbers can be read from.
  const train = bytes.slice(trainAt, testAt);
  const test = bytes.slice(testAt, groupsAt);
  const groups = new Uint8Array(bytes.subarray(groupsAt, groupsAt + lengths[2]));
  return {
    labelNames,
    train: decodeShard(train, 'training set').examples,
    test: decodeShard(test, 'test set').examples,
    ...(groupNames === undefined
      ? {}
      : { groups: { names: groupNames, ofRow: new Int32Array(groups.buffer) } }),
    ...(score === undefined ? {} : { score }),
  };
}
