import { TENSOR_INPUTS } from '#shared/model/engine/onnx/graph/names.ts';
import { type GraphFeeds, paddingFeeds } from '#shared/model/engine/onnx/graph-feeds.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import type { BatchChunk } from './batch-chunks.ts';

/** What the graphs read of a chunk. */
export function chunkFeeds({ members, lengths, tokens, embeddings }: BatchChunk): GraphFeeds {
  const batch = members.length;
  const hidden = embeddings.length / (batch * tokens);
  return new Map([
    [TENSOR_INPUTS.embeddings, ortTensor(embeddings, [batch, tokens, hidden])],
    ...paddingFeeds(lengths, tokens),
  ]);
}
