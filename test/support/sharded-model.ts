import type { NamedTensors } from '#shared/model/tensor.ts';
import { modelFiles, tinyBertJson } from './tiny-bert.ts';

/** A shard's file name in transformers' form; shards count from 1. */
export function shardName(shard: number, shards: number): string {
  const padded = (number: number) => String(number).padStart(5, '0');
  return `model-${padded(shard)}-of-${padded(shards)}.safetensors`;
}

/**
 * Files of a model directory with weights in shards.
 *
 * @param shardOf Shard (from 1 to `shards`) of the tensor at an index.
 */
export function shardedModelFiles(
  tensors: NamedTensors,
  shards: number,
  shardOf: (index: number) => number,
  json: Readonly<Record<string, unknown>> = tinyBertJson(),
): Record<string, string | Uint8Array> {
  const placed = [...tensors].map(
    ([name, value], index) => [name, value, shardName(shardOf(index), shards)] as const,
  );
  const files: Record<string, string | Uint8Array> = { 'config.json': JSON.stringify(json) };
  for (const shard of new Set(placed.map(([, , file]) => file))) {
    const held = placed.filter(([, , file]) => file === shard);
    const within = new Map(held.map(([name, value]) => [name, value]));
    files[shard] = modelFiles(within)['model.safetensors'];
  }
  files['model.safetensors.index.json'] = JSON.stringify({
    metadata: { total_size: placed.reduce((sum, [, { data }]) => sum + data.byteLength, 0) },
    weight_map: Object.fromEntries(placed.map(([name, , file]) => [name, file])),
  });
  return files;
}
