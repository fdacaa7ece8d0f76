import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { PythonProcess } from './python-process.ts';

/** Passes that ran as one: their activations are free when the last of them is released. */
export interface PassGroup {
  readonly bytes: number;
  members: number;
}

/** A forward pass whose activations are in a Python process. */
export class TorchPass implements ForwardPass {
  readonly features: Tensor;
  readonly process: PythonProcess;
  /** The pass's id in its process. */
  readonly id: number;
  readonly #group: PassGroup;
  readonly #backward: (pass: TorchPass, featureGradient: Tensor) => Promise<NamedTensors>;

  constructor(
    place: { readonly process: PythonProcess; readonly id: number; readonly group: PassGroup },
    features: Tensor,
    backward: (pass: TorchPass, featureGradient: Tensor) => Promise<NamedTensors>,
  ) {
    this.features = features;
    this.process = place.process;
    this.id = place.id;
    this.#group = place.group;
    this.#group.members++;
    this.#backward = backward;
  }

  get retainedBytes(): number {
    return this.process.hasEnded ? 0 : this.#group.bytes / this.#group.members;
  }

  backward(featureGradient: Tensor): Promise<NamedTensors> {
    return this.#backward(this, featureGradient);
  }

  release(): void {
    this.#group.members--;
    // A process that has ended keeps nothing.
    this.process.ask({ call: 'release', passes: [this.id] }).catch(() => {});
  }
}
