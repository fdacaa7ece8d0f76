import type { ActivationSlabs } from './activation-slabs.ts';
import type { BatchChunk } from './batch-chunks.ts';
import { joinChunks } from './chunk-runs.ts';
import type { EncoderGraphs } from './encoder-graphs.ts';
import { chunkFeeds, type GraphFeeds } from './graph-feeds.ts';
import { copyKept, type KeptTensors, keptTensors, planKept } from './kept-activations.ts';
import type { PassChunk } from './onnx-forward-pass.ts';

/**
 * Runs the forward graph on chunks at once: what it writes for each lies in the chunk's own `kept` tensors afterwards,
 * so that each can run backward, and be released, alone.
 */
export async function forwardRun(
  graphs: EncoderGraphs,
  slabs: ActivationSlabs,
  lora: GraphFeeds,
  parts: readonly PassChunk[],
): Promise<void> {
  const write = async (chunk: BatchChunk, kept: KeptTensors): Promise<void> => {
    const feeds = new Map([...lora, ...chunkFeeds(chunk)]);
    await graphs.forward.run(feeds, Object.fromEntries(kept.tensors));
  };
  if (parts.length === 1) return write(parts[0].chunk, parts[0].kept);
  const joined = joinChunks(parts.map(({ chunk }) => chunk));
  const [, hidden] = parts[0].kept.features.shape;
  const plan = planKept(graphs.kept, joined, hidden, 0);
  const slab = slabs.take(plan.byteLength);
  try {
    const kept = keptTensors(plan, slab);
    await write(joined, kept);
    let row = 0;
    for (const part of parts) {
      copyKept(kept, row, part.kept);
      row += part.chunk.members.length;
    }
  } finally {
    slabs.giveBack(slab);
  }
}
