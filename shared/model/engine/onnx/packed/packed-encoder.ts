import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { type EncoderGraphs, encoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import { LoraFeeds } from '#shared/model/engine/onnx/graphs/lora-feeds.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/session/onnx-session.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { type PackedGradient, packedBackward } from './packed-backward.ts';
import { type PackedPart, packedParts } from './packed-parts.ts';
import { PackedPass, type PartPlace } from './packed-pass.ts';
import { groupIntoRuns, PackedRun } from './packed-run.ts';

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

  /**
   * Features of a batch. Runs the graph of {@link forward}, which training needs too: a graph without the
   * kept activations would be another copy of the weights in memory.
   */
  async infer(batch: EmbeddedBatch, lora: NamedTensors): Promise<Tensor> {
    const [pass] = await this.forward([batch], lora);
    pass.release();
    return pass.features;
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
