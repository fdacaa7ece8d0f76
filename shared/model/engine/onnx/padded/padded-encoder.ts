import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { type EncoderGraphs, encoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import { LoraFeeds } from '#shared/model/engine/onnx/graphs/lora-feeds.ts';
import { scatterRows } from '#shared/model/engine/onnx/memory/batch-rows.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import { featureCount, featureRows, withoutPadding } from '#shared/model/engine/onnx/memory/feature-rows.ts';
import { ortTensor } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/session/onnx-session.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import type { RunCost } from '#shared/model/engine/onnx/spec/run-limits.ts';
import { FEATURES } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { type BatchChunk, batchChunks, chunkFeeds } from './batch-chunks.ts';
import { PaddedPass } from './padded-pass.ts';

/** Runs the graphs on one device's batch at a time, chunk by chunk. */
export class PaddedEncoder {
  readonly #graphs: EncoderGraphs;
  readonly #lora: LoraFeeds;
  readonly #pool: BufferPool;
  readonly #hidden: number;
  readonly #cost: RunCost;

  constructor(spec: EncoderSpec, session: OnnxSessionSettings, pool: BufferPool, cost: RunCost) {
    this.#graphs = encoderGraphs(spec, session);
    this.#lora = new LoraFeeds(spec, session);
    this.#pool = pool;
    this.#hidden = spec.layout.hiddenSize;
    this.#cost = cost;
  }

  /** Loads the smallest graph, which shows that the provider can run here. */
  load(): Promise<void> {
    return this.#lora.load();
  }

  async forward(batch: EmbeddedBatch, lora: NamedTensors): Promise<PaddedPass> {
    return PaddedPass.run(
      this.#graphs,
      this.#pool,
      batch.lengths,
      this.#chunksOf(batch),
      await this.#lora.of(lora),
    );
  }

  async infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor> {
    const { feeds } = await this.#lora.of(lora);
    const { features: kind } = this.#graphs;
    const { lengths } = batch;
    const features = zeros([featureCount(kind, lengths), this.#hidden]);
    for (const chunk of this.#chunksOf(batch)) {
      const count = chunk.members.length;
      const rows = zeros(kind === 'tokens' ? [chunk.tokens, count, this.#hidden] : [count, this.#hidden]);
      await this.#graphs.infer.run(new Map([...feeds, ...chunkFeeds(chunk, this.#graphs.positions)]), {
        [FEATURES]: ortTensor(rows.data, rows.shape),
      });
      const real = withoutPadding(kind, rows.data, this.#hidden, chunk.lengths);
      scatterRows(real, this.#hidden, featureRows(kind, lengths, chunk.members), features.data);
    }
    return features;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#lora.dispose(), this.#graphs.dispose()]);
  }

  #chunksOf(batch: EmbeddedBatch): readonly BatchChunk[] {
    return batchChunks(batch, this.#hidden, this.#cost);
  }
}
