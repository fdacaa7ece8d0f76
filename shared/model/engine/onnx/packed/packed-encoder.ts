import { type NamedTensors, type Tensor, zeros } from '../../../tensor.ts';
import type { EmbeddedBatch } from '../../encoder-engine.ts';
import type { ActivationSlabs } from '../activation-slabs.ts';
import { scatterRows } from '../batch-rows.ts';
import type { EncoderGraphs } from '../encoder-graphs.ts';
import { FEATURES } from '../graph/names.ts';
import type { GraphFeeds } from '../graph-feeds.ts';
import { ortTensor } from '../graph-runner.ts';
import { packedBackward } from './packed-backward.ts';
import { type PackedPart, packedParts } from './packed-parts.ts';
import { PackedPass, type PartPlace } from './packed-pass.ts';
import { PackedRun, type RunLora } from './packed-run.ts';
import { packedRuns, sequencesOf } from './packed-runs.ts';
import { withPartFeeds } from './with-part-feeds.ts';

export interface PackedSettings {
  readonly hiddenSize: number;
  /** Whether the model masks padding. */
  readonly variableLength: boolean;
  /** Rows, that is tokens, of a run at most. */
  readonly maximumRows: number;
}

/**
 * Runs the graphs on the packed sequences of several devices at once. What a device gets does not depend, to the bit, on
 * what runs beside it, where products of rows do not either: see `joinsExactly`.
 */
export class PackedEncoder {
  readonly #graphs: EncoderGraphs;
  readonly #slabs: ActivationSlabs;
  readonly #settings: PackedSettings;

  constructor(graphs: EncoderGraphs, slabs: ActivationSlabs, settings: PackedSettings) {
    this.#graphs = graphs;
    this.#slabs = slabs;
    this.#settings = settings;
  }

  /** A pass for each batch. */
  async forward(batches: readonly EmbeddedBatch[], lora: RunLora): Promise<readonly PackedPass[]> {
    const { hiddenSize: hidden } = this.#settings;
    const parts = batches.map((batch) => this.#partsOf(batch));
    const runs: PackedRun[] = [];
    const places = new Map<PackedPart, PartPlace>();
    try {
      for (const together of this.#runsOf(parts.flat())) {
        const run = new PackedRun(together, lora, this.#slabs, this.#graphs.kept, hidden);
        runs.push(run);
        const kept = run.kept({ from: 0, to: together.length });
        await withPartFeeds(together, hidden, this.#slabs, (feeds) =>
          this.#graphs.forward.run(new Map([...lora.values, ...feeds]), Object.fromEntries(kept.tensors)),
        );
        together.forEach((part, index) => {
          places.set(part, { run, index });
        });
      }
    } catch (error) {
      for (const run of runs) run.letGo();
      throw error;
    }
    return batches.map((batch, index) => this.#pass(batch, parts[index], places));
  }

  /** LoRA gradients of each pass, from the gradient at its features; a pass is among them once at most. */
  backward(
    passes: readonly { readonly pass: PackedPass; readonly featureGradient: Tensor }[],
  ): Promise<readonly NamedTensors[]> {
    return packedBackward(this.#graphs, this.#slabs, passes);
  }

  async infer(batch: EmbeddedBatch, loraValues: GraphFeeds): Promise<Tensor> {
    const { hiddenSize: hidden } = this.#settings;
    const features = zeros([batch.lengths.length, hidden]);
    for (const parts of this.#runsOf(this.#partsOf(batch))) {
      const rows = zeros([sequencesOf(parts), hidden]);
      await withPartFeeds(parts, hidden, this.#slabs, (feeds) =>
        this.#graphs.infer.run(new Map([...loraValues, ...feeds]), {
          [FEATURES]: ortTensor(rows.data, rows.shape),
        }),
      );
      // A part that keeps another one company comes after it.
      scatterRows(rows.data, hidden, parts[0].members, features.data);
    }
    return features;
  }

  dispose(): Promise<void> {
    return this.#graphs.dispose();
  }

  #partsOf(batch: EmbeddedBatch): readonly PackedPart[] {
    return packedParts(batch, this.#settings.variableLength);
  }

  #runsOf(parts: readonly PackedPart[]): readonly (readonly PackedPart[])[] {
    return packedRuns(parts, this.#settings.maximumRows, this.#settings.hiddenSize);
  }

  #pass(
    batch: EmbeddedBatch,
    parts: readonly PackedPart[],
    places: ReadonlyMap<PackedPart, PartPlace>,
  ): PackedPass {
    const { hiddenSize: hidden } = this.#settings;
    const features = zeros([batch.lengths.length, hidden]);
    const own = parts.flatMap((part) => places.get(part) ?? []);
    own.forEach(({ run, index }) => {
      scatterRows(run.featuresOf(index), hidden, run.parts[index].members, features.data);
    });
    return new PackedPass(own, features, async (pass, featureGradient) => {
      const [gradients] = await this.backward([{ pass, featureGradient }]);
      return gradients;
    });
  }
}
