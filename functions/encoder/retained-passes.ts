import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { BatchExtent } from '#shared/workload/operation-count.ts';

/** A device's forward pass and how large its batch was. */
export interface DevicePass {
  readonly pass: ForwardPass;
  readonly extent: BatchExtent;
}

/** The name under which a device's forward pass is kept. */
export function passName(message: {
  readonly run: string;
  readonly round: number;
  readonly device: number;
}): string {
  return `${message.run}/${message.round}/${message.device}`;
}

/**
 * Forward passes that wait for their gradient, within a byte budget: the oldest are released first, and recomputed when
 * their gradient arrives. The result is the same either way.
 */
export class RetainedPasses {
  readonly #passes = new Map<string, DevicePass>();

  get heldBytes(): number {
    let bytes = 0;
    for (const { pass } of this.#passes.values()) bytes += pass.retainedBytes;
    return bytes;
  }

  /** Keeps a pass, then releases the oldest until the passes of all runs hold at most `budgetBytes`. */
  keep(name: string, kept: DevicePass, budgetBytes: number): void {
    this.drop(name);
    this.#passes.set(name, kept);
    for (const oldest of this.#passes.keys()) {
      // Summed again each time: memory that passes share is free once the last of them is released.
      if (this.heldBytes <= budgetBytes) return;
      this.drop(oldest);
    }
  }

  /** The pass, which stays kept. */
  peek(name: string): DevicePass | undefined {
    return this.#passes.get(name);
  }

  /** Removes the pass; the caller releases it. */
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
