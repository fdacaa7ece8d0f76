import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { INDEX_FILE } from './model-files.ts';
import { parseModelJson, readModelFile } from './read-model-file.ts';
import { requireValid } from './require-valid.ts';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Shards are in the folder of their index, so a name with a folder in it is not accepted. */
const SHARD_NAME = /^[\w-][\w.-]*\.safetensors$/;

/** Names of the tensors in each shard, by the shard's file name, in the order of the file names. */
export type WeightIndex = ReadonlyMap<string, readonly string[]>;

/**
 * Reads model.safetensors.index.json of a model directory, in the format of transformers.
 *
 * @throws {@link ModelError} naming the file when it cannot be read, assigns no tensor, or names a file that
 *   is not a valid shard name.
 */
export async function readWeightIndex(directory: string): Promise<WeightIndex> {
  const subject = join(directory, INDEX_FILE);
  const bytes = await readModelFile(subject, 'Fetch it again.');
  const { weight_map: places } = requireValid(indexSchema, parseModelJson(bytes, subject), subject);
  const shards = new Map<string, string[]>();
  for (const [tensor, shard] of Object.entries(places)) {
    if (!SHARD_NAME.test(shard)) {
      throw new ModelError(
        `places tensor ${tensor} in ${JSON.stringify(shard)}, which is no shard beside it.`,
        {
          subject,
          remedy: 'Fetch it again, or save the model again with transformers.',
        },
      );
    }
    const held = shards.get(shard);
    if (held === undefined) shards.set(shard, [tensor]);
    else held.push(tensor);
  }
  if (shards.size === 0) {
    throw new ModelError('places no tensor.', { subject, remedy: 'Fetch it again.' });
  }
  return new Map([...shards].sort(([first], [second]) => (first < second ? -1 : 1)));
}
