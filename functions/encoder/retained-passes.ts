import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { BatchExtent } from '#shared/workload/operation-count.ts';

/** A device's forward pass and the size of its mini-batch. */
export interface DevicePass {
  readonly pass: ForwardPass;
  readonly extent: BatchExtent;
}

/** Name under which a device's forward pass is kept. */
export function passName(message: {
  readonly run: string;
  readonly round: number;
  readonly device: number;
}): string {
  return `${message.run}/${message.round}/${message.device}`;
}

/**
 * Forward passes that wait for their feature gradients, within a memory budget. The oldest passes are
 * released first, and recomputed when their gradients arrive. A recomputed pass gives the same result as a
 * kept one.
 */
export class RetainedPasses {
  readonly #passes = new Map<string, DevicePass>();

  get heldBytes(): number {
    let bytes = 0;
    for (const { pass } of this.#passes.values()) bytes += pass.retainedBytes;
    return bytes;
  }

  /** Keeps a pass, then releases the oldest passes of all runs until they hold at most `budgetBytes`. */
  keep(name: string, kept: DevicePass, budgetBytes: number): void {
    this.drop(name);
    this.#passes.set(name, kept);
    for (const oldest of this.#passes.keys()) {
      // The sum is taken again each time, because memory that several passes share is freed only when the
      // last of them is released.
      if (this.heldBytes <= budgetBytes) return;
      this.drop(oldest);
    }
  }

  /** Returns the pass and keeps it. */
  peek(name: string): DevicePass | undefined {
    return this.#passes.get(name);
  }

  /** Removes and returns the pass; the caller must release it. */
  take(name: string): DevicePass | undefined {
    const kept = this.#passes.get(name);
    if (kept === undefined) return undefined;
    this.#passes.delete(name);
    return kept;
  }

  drop(name: string): void {
    this.take(name)?.pass.release();
  }

  clear(): void {
    for (const name of this.#passes.keys()) this.drop(name);
  }
}
