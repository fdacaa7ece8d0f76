import { type NamedTensors, type Tensor, zeros } from '../../../tensor.ts';
import type { EmbeddedBatch, ForwardPass } from '../../encoder-engine.ts';
import type { ActivationSlabs } from '../activation-slabs.ts';
import { scatterRows } from '../batch-rows.ts';
import type { EncoderGraphs } from '../encoder-graphs.ts';
import { FEATURES } from '../graph/names.ts';
import type { GraphFeeds } from '../graph-feeds.ts';
import { ortTensor } from '../graph-runner.ts';
import { batchChunks } from './batch-chunks.ts';
import { chunkFeeds } from './chunk-feeds.ts';
import type { GroupCost } from './length-groups.ts';
import { paddedPass } from './padded-pass.ts';
import { passFeatures, planPass } from './planned-pass.ts';

/** Runs the graphs on one device's batch at a time, chunk by chunk. */
export class PaddedEncoder {
  readonly #graphs: EncoderGraphs;
  readonly #slabs: ActivationSlabs;
  readonly #hidden: number;
  readonly #cost: GroupCost;

  constructor(graphs: EncoderGraphs, slabs: ActivationSlabs, hidden: number, cost: GroupCost) {
    this.#graphs = graphs;
    this.#slabs = slabs;
    this.#hidden = hidden;
    this.#cost = cost;
  }

  async forward(batch: EmbeddedBatch, lora: NamedTensors, loraValues: GraphFeeds): Promise<ForwardPass> {
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

  async infer(batch: EmbeddedBatch, loraValues: GraphFeeds): Promise<Tensor> {
    const features = zeros([batch.lengths.length, this.#hidden]);
    for (const chunk of batchChunks(batch, this.#hidden, this.#cost)) {
      const rows = zeros([chunk.members.length, this.#hidden]);
      const feeds = new Map([...loraValues, ...chunkFeeds(chunk)]);
      await this.#graphs.infer.run(feeds, { [FEATURES]: ortTensor(rows.data, rows.shape) });
      scatterRows(rows.data, this.#hidden, chunk.members, features.data);
    }
    return features;
  }

  dispose(): Promise<void> {
    return this.#graphs.dispose();
  }
}
