import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { EncoderLayout } from '#shared/model/engine/encoder-layout.ts';
import type { ActivationSlabs } from '#shared/model/engine/onnx/activation-slabs.ts';
import { AdaptedWeights } from '#shared/model/engine/onnx/adapted-weights.ts';
import { scatterRows } from '#shared/model/engine/onnx/batch-rows.ts';
import { type EncoderGraphs, encoderGraphs } from '#shared/model/engine/onnx/encoder-graphs.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/graph/encoder-spec.ts';
import { FEATURES } from '#shared/model/engine/onnx/graph/names.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/onnx-session.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { packedBackward } from './packed-backward.ts';
import { type PackedPart, packedParts } from './packed-parts.ts';
import { PackedPass, type PartPlace } from './packed-pass.ts';
import { PackedRun } from './packed-run.ts';
import { packedRuns, sequencesOf } from './packed-runs.ts';
import { withPartFeeds } from './with-part-feeds.ts';

/**
 * Runs the graphs on the packed sequences of several devices at once. What a device gets does not depend, to the bit, on
 * what runs beside it, where products of rows do not either: see `joinsExactly`.
 */
export class PackedEncoder {
  readonly #graphs: EncoderGraphs;
  readonly #slabs: ActivationSlabs;
  readonly #adapted: AdaptedWeights;
  readonly #layout: EncoderLayout;
  readonly #maximumRows: number;

  /** @param maximumRows Rows, that is tokens, of a run at most. */
  constructor(spec: EncoderSpec, session: OnnxSessionSettings, slabs: ActivationSlabs, maximumRows: number) {
    // Runs hold other sequences each time.
    this.#graphs = encoderGraphs(spec, { ...session, shapesRecur: false });
    this.#adapted = new AdaptedWeights(spec, session);
    this.#slabs = slabs;
    this.#layout = spec.layout;
    this.#maximumRows = maximumRows;
  }

  /** A pass for each batch. */
  async forward(batches: readonly EmbeddedBatch[], lora: NamedTensors): Promise<readonly PackedPass[]> {
    const { hiddenSize: hidden } = this.#layout;
    const values = await this.#adapted.feeds(lora);
    const parts = batches.map((batch) => this.#partsOf(batch));
    const runs: PackedRun[] = [];
    const places = new Map<PackedPart, PartPlace>();
    try {
      for (const together of this.#runsOf(parts.flat())) {
        const run = new PackedRun(together, { lora, values }, this.#slabs, this.#graphs.kept, hidden);
        runs.push(run);
        const kept = run.kept({ from: 0, to: together.length });
        await withPartFeeds(together, hidden, this.#slabs, (feeds) =>
          this.#graphs.forward.run(new Map([...values, ...feeds]), Object.fromEntries(kept.tensors)),
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

  async infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor> {
    const loraValues = await this.#adapted.feeds(lora);
    const { hiddenSize: hidden } = this.#layout;
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

  async dispose(): Promise<void> {
    await Promise.all([this.#adapted.dispose(), this.#graphs.dispose()]);
  }

  #partsOf(batch: EmbeddedBatch): readonly PackedPart[] {
    return packedParts(batch, this.#layout.variableLength);
  }

  #runsOf(parts: readonly PackedPart[]): readonly (readonly PackedPart[])[] {
    return packedRuns(parts, this.#maximumRows, this.#layout.hiddenSize);
  }

  #pass(
    batch: EmbeddedBatch,
    parts: readonly PackedPart[],
    places: ReadonlyMap<PackedPart, PartPlace>,
  ): PackedPass {
    const { hiddenSize: hidden } = this.#layout;
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
