import { ModelError } from '#shared/errors.ts';
import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import { type NamedTensors, requireShape, type Tensor } from '#shared/model/tensor.ts';
import type { PackedRun } from './packed-run.ts';

/** Where a part of a batch ran. */
export interface PartPlace {
  readonly run: PackedRun;
  /** Which of the run's parts it is. */
  readonly index: number;
}

/** A device's forward pass, spread over runs that it may share with other devices'. */
export class PackedPass implements ForwardPass {
  readonly features: Tensor;
  /** Those of shorter sequences first: gradients add up in this order. */
  readonly places: readonly PartPlace[];
  readonly #backward: (pass: PackedPass, featureGradient: Tensor) => Promise<NamedTensors>;
  #released = false;

  constructor(
    places: readonly PartPlace[],
    features: Tensor,
    backward: (pass: PackedPass, featureGradient: Tensor) => Promise<NamedTensors>,
  ) {
    this.places = places;
    this.features = features;
    this.#backward = backward;
    for (const { run } of places) run.hold();
  }

  get retainedBytes(): number {
    if (this.#released) return 0;
    return this.places.reduce((sum, { run }) => sum + run.bytesPerHolder, 0);
  }

  /** @throws {@link ModelError} when it was released, or for a gradient of another shape. */
  requireReady(featureGradient: Tensor): void {
    if (this.#released)
      throw new ModelError('was released before its backward pass.', { subject: 'forward pass' });
    requireShape('feature gradient', featureGradient, this.features.shape);
  }

  async backward(featureGradient: Tensor): Promise<NamedTensors> {
    return this.#backward(this, featureGradient);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const { run } of this.places) run.letGo();
  }
}
