import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import { scatterRows } from '#shared/model/engine/onnx/memory/batch-rows.ts';
import { featureCount, featureRows } from '#shared/model/engine/onnx/memory/feature-rows.ts';
import { requireKept } from '#shared/model/engine/onnx/memory/require-kept.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import type { PackedRun } from './packed-run.ts';

/** The run that contains a part, and the part's index in it. */
export interface PartPlace {
  readonly run: PackedRun;
  readonly index: number;
}

/** Runs a pass backward. */
type Backward = (pass: PackedPass, featureGradient: Tensor) => Promise<NamedTensors>;

/**
 * One device's forward pass. Its parts are in one or several runs, which may contain other devices' parts.
 */
export class PackedPass implements ForwardPass {
  readonly features: Tensor;
  /** Parts with shorter sequences first; gradients add up in this order. */
  readonly places: readonly PartPlace[];
  readonly #backward: Backward;
  #isReleased = false;

  /** @param places The parts' places; the runs must have run forward. */
  constructor(places: readonly PartPlace[], kind: FeatureKind, hidden: number, backward: Backward) {
    const parts = places.map(({ run, index }) => run.parts[index]);
    const [{ batch }] = parts;
    this.places = places;
    this.features = zeros([featureCount(kind, batch.lengths), hidden]);
    this.#backward = backward;
    places.forEach(({ run, index }, place) => {
      run.hold();
      const rows = featureRows(kind, batch.lengths, parts[place].members);
      scatterRows(run.featuresOf(index), hidden, rows, this.features.data);
    });
  }

  get retainedBytes(): number {
    if (this.#isReleased) return 0;
    return this.places.reduce((sum, { run }) => sum + run.bytesPerHolder, 0);
  }

  /**
   * @throws {@link ModelError} if the pass was released, or for a gradient of another shape than its
   * features.
   */
  requireReady(featureGradient: Tensor): void {
    requireKept(this.#isReleased, featureGradient, this.features);
  }

  async backward(featureGradient: Tensor): Promise<NamedTensors> {
    return this.#backward(this, featureGradient);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const { run } of this.places) run.letGo();
  }
}
