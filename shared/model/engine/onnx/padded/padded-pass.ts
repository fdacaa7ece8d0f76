import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { EncoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import { gradientOutputs, gradientShapes } from '#shared/model/engine/onnx/graphs/gradient-tensors.ts';
import type { LoraValues } from '#shared/model/engine/onnx/graphs/lora-feeds.ts';
import { gatherRows, scatterRows } from '#shared/model/engine/onnx/memory/batch-rows.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import { withBufferTensors } from '#shared/model/engine/onnx/memory/buffer-tensors.ts';
import {
  featureCount,
  featureRows,
  withoutPadding,
  withPadding,
} from '#shared/model/engine/onnx/memory/feature-rows.ts';
import {
  type KeptPlan,
  type KeptTensors,
  keptTensors,
  planKept,
} from '#shared/model/engine/onnx/memory/kept-activations.ts';
import { requireKept } from '#shared/model/engine/onnx/memory/require-kept.ts';
import { ortTensor, tensorFeeds } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { type BatchChunk, chunkFeeds } from './batch-chunks.ts';

/** A chunk and the memory of its kept activations. */
interface PassChunk {
  readonly chunk: BatchChunk;
  readonly kept: KeptTensors;
}

/** One device's forward pass, run chunk by chunk. All kept activations are in one buffer. */
export class PaddedPass implements ForwardPass {
  /** Runs the chunks of a batch forward. */
  static async run(
    graphs: EncoderGraphs,
    pool: BufferPool,
    lengths: Int32Array,
    chunks: readonly BatchChunk[],
    lora: LoraValues,
  ): Promise<PaddedPass> {
    const pass = new PaddedPass(graphs, pool, lengths, chunks, lora);
    try {
      await pass.#forward();
    } catch (error) {
      pass.release();
      throw error;
    }
    return pass;
  }

  readonly features: Tensor;
  readonly #graphs: EncoderGraphs;
  readonly #pool: BufferPool;
  readonly #lora: LoraValues;
  /** Number of real tokens of each sequence of the batch. */
  readonly #lengths: Int32Array;
  readonly #chunks: readonly PassChunk[];
  readonly #keptBytes: number;
  readonly #buffer: ArrayBuffer;
  #isReleased = false;

  private constructor(
    graphs: EncoderGraphs,
    pool: BufferPool,
    lengths: Int32Array,
    chunks: readonly BatchChunk[],
    lora: LoraValues,
  ) {
    const [{ embeddings }] = chunks;
    const [, , hidden] = embeddings.shape;
    let keptBytes = 0;
    const plans = chunks.map(({ members, tokens }): KeptPlan => {
      const plan = planKept(graphs.kept, graphs.featureShape, { batch: members.length, tokens }, keptBytes);
      keptBytes += plan.byteLength;
      return plan;
    });
    const buffer = pool.acquire(keptBytes);
    this.#graphs = graphs;
    this.#pool = pool;
    this.#lora = lora;
    this.#chunks = chunks.map((chunk, index) => ({ chunk, kept: keptTensors(plans[index], buffer) }));
    this.#keptBytes = keptBytes;
    this.#buffer = buffer;
    this.#lengths = lengths;
    this.features = zeros([featureCount(graphs.features, lengths), hidden]);
  }

  get retainedBytes(): number {
    return this.#isReleased ? 0 : this.#keptBytes;
  }

  /** Gradients add up in the order of the chunks. */
  async backward(featureGradient: Tensor): Promise<NamedTensors> {
    requireKept(this.#isReleased, featureGradient, this.features);
    const shapes = gradientShapes(this.#graphs, this.#lora.tensors);
    const [first, ...rest] = this.#chunks;
    const sum = new Map([...shapes].map(([name, shape]) => [name, zeros(shape)]));
    await this.#backwardChunk(first, featureGradient, sum);
    if (rest.length === 0) return sum;
    return withBufferTensors(this.#pool, shapes, async (gradients) => {
      for (const chunk of rest) {
        await this.#backwardChunk(chunk, featureGradient, gradients);
        addInto(sum, gradients);
      }
      return sum;
    });
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#pool.release(this.#buffer);
  }

  async #forward(): Promise<void> {
    const [, hidden] = this.features.shape;
    for (const { chunk, kept } of this.#chunks) {
      const feeds = new Map([...this.#lora.feeds, ...chunkFeeds(chunk, this.#graphs.positions)]);
      await this.#graphs.forward.run(feeds, Object.fromEntries(tensorFeeds(kept.tensors)));
      const { features: kind } = this.#graphs;
      const real = withoutPadding(kind, kept.features.data, hidden, chunk.lengths);
      scatterRows(real, hidden, featureRows(kind, this.#lengths, chunk.members), this.features.data);
    }
  }

  /** Writes the gradients of one chunk. */
  async #backwardChunk(
    { chunk, kept }: PassChunk,
    featureGradient: Tensor,
    gradients: NamedTensors,
  ): Promise<void> {
    const { members, lengths, tokens } = chunk;
    const { features: kind } = this.#graphs;
    const [, hidden] = featureGradient.shape;
    const rows = gatherRows(featureGradient.data, hidden, featureRows(kind, this.#lengths, members));
    const gradient = withPadding(kind, rows, hidden, lengths, tokens);
    const feeds = new Map([
      ...this.#lora.feeds,
      ...chunkFeeds(chunk, this.#graphs.positions),
      ...tensorFeeds(kept.tensors),
      [TENSOR_INPUTS.featureGradient, ortTensor(gradient, kept.features.shape)],
    ]);
    await this.#graphs.backward.run(feeds, gradientOutputs(this.#graphs, gradients));
  }
}

function addInto(sum: NamedTensors, more: NamedTensors): void {
  for (const [name, { data }] of sum) {
    const added = more.get(name)?.data;
    if (added === undefined) continue;
    for (let i = 0; i < data.length; i++) data[i] += added[i];
  }
}
