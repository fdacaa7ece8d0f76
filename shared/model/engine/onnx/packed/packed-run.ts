import type { ActivationSlabs, Slab } from '#shared/model/engine/onnx/activation-slabs.ts';
import type { KeptActivations } from '#shared/model/engine/onnx/graph/names.ts';
import type { GraphFeeds } from '#shared/model/engine/onnx/graph-feeds.ts';
import {
  type KeptPlan,
  type KeptTensors,
  keptTensors,
  planKept,
} from '#shared/model/engine/onnx/kept-activations.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import type { PackedPart } from './packed-parts.ts';
import { rowsOf, type Stretch, sequencesOf } from './packed-runs.ts';

/** LoRA, and what the graphs read of it. */
export interface RunLora {
  readonly lora: NamedTensors;
  readonly values: GraphFeeds;
}

/**
 * What ran forward at once and what is kept of it: the activations of all its parts in one slab, which is given back
 * when the last of the passes that they belong to has been released.
 */
export class PackedRun {
  readonly parts: readonly PackedPart[];
  readonly lora: RunLora;
  readonly #slabs: ActivationSlabs;
  readonly #plan: KeptPlan;
  readonly #slab: Slab;
  #holders = 0;

  constructor(
    parts: readonly PackedPart[],
    lora: RunLora,
    slabs: ActivationSlabs,
    kept: KeptActivations,
    hidden: number,
  ) {
    this.parts = parts;
    this.lora = lora;
    this.#slabs = slabs;
    this.#plan = planKept(kept, hidden, {
      batch: sequencesOf(parts),
      rows: rowsOf(parts),
      tokens: parts[0].tokens,
    });
    this.#slab = slabs.take(this.#plan.byteLength);
  }

  /** Length that attention pads the run's sequences to. */
  get tokens(): number {
    return this.parts[0].tokens;
  }

  /** Features of one part, [sequences, hidden]. */
  featuresOf(index: number): Float32Array {
    return this.kept({ from: index, to: index + 1 }).features.data;
  }

  /** What is kept of a stretch of the parts. */
  kept({ from, to }: Stretch): KeptTensors {
    const before = this.parts.slice(0, from);
    const within = this.parts.slice(from, to);
    return keptTensors(this.#plan, this.#slab, {
      batch: { start: sequencesOf(before), length: sequencesOf(within) },
      rows: { start: rowsOf(before), length: rowsOf(within) },
    });
  }

  /** Of the bytes that are kept, the share of each of the passes that keep them. */
  get bytesPerHolder(): number {
    return this.#plan.byteLength / this.#holders;
  }

  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders <= 0) this.#slabs.giveBack(this.#slab);
  }
}
