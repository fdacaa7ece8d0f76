import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { pooledFeatures, tinyAdapter } from '#test/support/adapted-tiny-bert.ts';
import { inputCount } from '#test/support/input-count.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { shardedModelFiles } from '#test/support/sharded-model.ts';
import { modelFiles, TINY_BERT, tinyBertTensors } from '#test/support/tiny-bert.ts';

const tensors = tinyBertTensors(TINY_BERT, true, 3);

/** Number of shards, and the shard of each tensor. */
const sharding = fc.integer({ min: 1, max: tensors.size + 2 }).chain((shards) =>
  fc.record({
    shards: fc.constant(shards),
    places: fc.array(fc.integer({ min: 1, max: shards }), {
      minLength: tensors.size,
      maxLength: tensors.size,
    }),
  }),
);

it('a model gives the same tensors and features however its weights are distributed over shards', async () => {
  const whole = await readModelDirectory(scratchFolder(modelFiles(tensors)));
  const features = await pooledFeatures(whole.tensors, tinyAdapter());
  await fc.assert(
    fc.asyncProperty(sharding, async ({ shards, places }) => {
      const folder = scratchFolder(shardedModelFiles(tensors, shards, (index) => places[index]));
      const model = await readModelDirectory(folder);
      expect([...model.tensors]).toEqual([...whole.tensors]);
      expect(await pooledFeatures(model.tensors, tinyAdapter())).toEqual(features);
    }),
    { numRuns: inputCount(25) },
  );
});
