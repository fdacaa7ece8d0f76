import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { type EncoderGraphs, encoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import { LoraFeeds } from '#shared/model/engine/onnx/graphs/lora-feeds.ts';
import { scatterRows } from '#shared/model/engine/onnx/memory/batch-rows.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import { featureCount, featureRows } from '#shared/model/engine/onnx/memory/feature-rows.ts';
import { ortTensor } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/session/onnx-session.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { FEATURES } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { type PackedGradient, packedBackward } from './packed-backward.ts';
import { withPartFeeds } from './packed-feeds.ts';
import { type PackedPart, packedParts, rowsOf, sequencesOf } from './packed-parts.ts';
import { PackedPass, type PartPlace } from './packed-pass.ts';
import { groupIntoRuns, PackedRun } from './packed-run.ts';
import { groupsOf } from './run-groups.ts';

/**
 * Runs the graphs on the packed sequences of several devices at once. If `joinsExactly` holds, a device's
 * results are bit-identical for any other contents of its runs.
 */
export class PackedEncoder {
  readonly #graphs: EncoderGraphs;
  readonly #lora: LoraFeeds;
  readonly #pool: BufferPool;
  readonly #layout: EncoderLayout;
  readonly #maximumRows: number;

  /** @param maximumRows Maximum rows (real tokens) of a run. */
  constructor(spec: EncoderSpec, session: OnnxSessionSettings, pool: BufferPool, maximumRows: number) {
    // The shapes of runs rarely recur.
    this.#graphs = encoderGraphs(spec, { ...session, shapesRecur: false });
    this.#lora = new LoraFeeds(spec, session);
    this.#pool = pool;
    this.#layout = spec.layout;
    this.#maximumRows = maximumRows;
  }

  /** One pass per batch. */
  async forward(batches: readonly EmbeddedBatch[], lora: NamedTensors): Promise<readonly PackedPass[]> {
    const { hiddenSize: hidden } = this.#layout;
    const values = await this.#lora.of(lora);
    const partsOfBatches = batches.map((batch) => this.#partsOf(batch));
    const runs: PackedRun[] = [];
    const places = new Map<PackedPart, PartPlace>();
    try {
      for (const parts of this.#group(partsOfBatches.flat())) {
        const run = new PackedRun(this.#graphs, this.#pool, parts, runs.length, hidden, values);
        runs.push(run);
        await run.forward();
        parts.forEach((part, index) => {
          places.set(part, { run, index });
        });
      }
    } catch (error) {
      for (const run of runs) run.letGo();
      throw error;
    }
    const backward = async (pass: PackedPass, featureGradient: Tensor) => {
      const [gradients] = await this.backward([{ pass, featureGradient }]);
      return gradients;
    };
    return partsOfBatches.map(
      (parts) =>
        new PackedPass(
          parts.flatMap((part) => places.get(part) ?? []),
          this.#graphs.features,
          hidden,
          backward,
        ),
    );
  }

  /** LoRA gradients of each pass; each pass at most once. */
  backward(passes: readonly PackedGradient[]): Promise<readonly NamedTensors[]> {
    return packedBackward(this.#graphs, this.#pool, passes);
  }

  async infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor> {
    const { feeds } = await this.#lora.of(lora);
    const { hiddenSize: hidden } = this.#layout;
    const { features: kind } = this.#graphs;
    const features = zeros([featureCount(kind, batch.lengths), hidden]);
    for (const parts of this.#group(this.#partsOf(batch))) {
      const rows = zeros([kind === 'tokens' ? rowsOf(parts) : sequencesOf(parts), hidden]);
      await withPartFeeds(this.#pool, parts, groupsOf(parts), this.#graphs.positions, hidden, (inputs) =>
        this.#graphs.infer.run(new Map([...feeds, ...inputs]), {
          [FEATURES]: ortTensor(rows.data, rows.shape),
        }),
      );
      let start = 0;
      for (const part of parts) {
        const own = featureRows(kind, part.batch.lengths, part.members);
        const values = rows.data.subarray(start, start + own.length * hidden);
        // A part of another batch is a filler.
        if (part.batch === batch) scatterRows(values, hidden, own, features.data);
        start += values.length;
      }
    }
    return features;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#lora.dispose(), this.#graphs.dispose()]);
  }

  #partsOf(batch: EmbeddedBatch): readonly PackedPart[] {
    return packedParts(batch, this.#layout.mask !== 'none');
  }

  #group(parts: readonly PackedPart[]): readonly (readonly PackedPart[])[] {
    return groupIntoRuns(parts, this.#maximumRows, this.#layout.hiddenSize);
  }
}
