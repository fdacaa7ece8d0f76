import { featuresOf } from '#shared/config/run-features.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { requireShape } from '#shared/model/tensor.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { BatchExtent } from '#shared/workload/operation-count.ts';
import { forwardWork } from '#shared/workload/work.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import type { DevicePass } from './retained-passes.ts';

/**
 * Runs the encoder on the mini-batches of several devices in one call, with the LoRA of the round. Returns
 * one pass for each device.
 */
export async function forwardPasses(
  material: EncoderMaterial,
  record: RunRecord,
  round: number,
  batches: readonly EmbeddedBatch[],
): Promise<readonly DevicePass[]> {
  if (batches.length === 0) return [];
  const [{ server, engine }, { lora }] = await Promise.all([
    material.model(record),
    material.checkpoint(record.run, round),
  ]);
  const extents = batches.map(extentOf);
  const { result: passes } = await material.ports.telemetry.measure(forwardWork(server.config, extents), () =>
    engine.forwardBatched(batches, lora),
  );
  return passes.map((pass, index) => {
    const extent = extents[index];
    const rows = featuresOf(record.config) === 'tokens' ? tokensIn(batches[index]) : extent.sequences;
    requireShape('features', pass.features, [rows, record.hiddenSize]);
    return { pass, extent };
  });
}

function tokensIn({ lengths }: EmbeddedBatch): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Sequences and tokens of a mini-batch in the encoder, padding included. */
export function extentOf({ embeddings }: EmbeddedBatch): BatchExtent {
  const [sequences, tokens] = embeddings.shape;
  return { sequences, tokens };
}
