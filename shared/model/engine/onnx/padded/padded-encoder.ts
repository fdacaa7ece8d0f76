import type { EmbeddedBatch, ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { ActivationSlabs } from '#shared/model/engine/onnx/activation-slabs.ts';
import { AdaptedWeights } from '#shared/model/engine/onnx/adapted-weights.ts';
import { scatterRows } from '#shared/model/engine/onnx/batch-rows.ts';
import { type EncoderGraphs, encoderGraphs } from '#shared/model/engine/onnx/encoder-graphs.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/graph/encoder-spec.ts';
import { FEATURES } from '#shared/model/engine/onnx/graph/names.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/onnx-session.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { batchChunks } from './batch-chunks.ts';
import { chunkFeeds } from './chunk-feeds.ts';
import type { GroupCost } from './length-groups.ts';
import { paddedPass } from './padded-pass.ts';
import { passFeatures, planPass } from './planned-pass.ts';

/** Runs the graphs on one device's batch at a time, chunk by chunk. */
export class PaddedEncoder {
  readonly #graphs: EncoderGraphs;
  readonly #adapted: AdaptedWeights;
  readonly #slabs: ActivationSlabs;
  readonly #hidden: number;
  readonly #cost: GroupCost;

  constructor(spec: EncoderSpec, session: OnnxSessionSettings, slabs: ActivationSlabs, cost: GroupCost) {
    this.#graphs = encoderGraphs(spec, session);
    this.#adapted = new AdaptedWeights(spec, session);
    this.#slabs = slabs;
    this.#hidden = spec.layout.hiddenSize;
    this.#cost = cost;
  }

  /** Loads a graph, the smallest there is: then what executes it is there. */
  load(): Promise<void> {
    return this.#adapted.load();
  }

  async forward(batch: EmbeddedBatch, lora: NamedTensors): Promise<ForwardPass> {
    const loraValues = await this.#adapted.feeds(lora);
    const chunks = batchChunks(batch, this.#hidden, this.#cost);
    const pass = planPass(this.#graphs.kept, this.#slabs, chunks, this.#hidden);
    try {
      for (const { chunk, kept } of pass.chunks) {
        const feeds = new Map([...loraValues, ...chunkFeeds(chunk)]);
        await this.#graphs.forward.run(feeds, Object.fromEntries(kept.tensors));
      }
    } catch (error) {
      this.#slabs.giveBack(pass.slab);
      throw error;
    }
    const features = passFeatures(pass.chunks, this.#hidden);
    return paddedPass(this.#graphs, this.#slabs, pass, { features, lora, loraValues });
  }

  async infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor> {
    const loraValues = await this.#adapted.feeds(lora);
    const features = zeros([batch.lengths.length, this.#hidden]);
    for (const chunk of batchChunks(batch, this.#hidden, this.#cost)) {
      const rows = zeros([chunk.members.length, this.#hidden]);
      const feeds = new Map([...loraValues, ...chunkFeeds(chunk)]);
      await this.#graphs.infer.run(feeds, { [FEATURES]: ortTensor(rows.data, rows.shape) });
      scatterRows(rows.data, this.#hidden, chunk.members, features.data);
    }
    return features;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#adapted.dispose(), this.#graphs.dispose()]);
  }
}
