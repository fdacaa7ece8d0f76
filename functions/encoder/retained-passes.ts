import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { BatchExtent } from '#shared/model/operation-count.ts';

/** A device's forward pass and how large its batch was. */
export interface DevicePass {
  readonly pass: ForwardPass;
  readonly extent: BatchExtent;
}

/** Names a device's forward pass among those that are kept. */
export function passName(message: {
  readonly run: string;
  readonly round: number;
  readonly device: number;
}): string {
  return `${message.run}/${message.round}/${message.device}`;
}

/**
 * Forward passes waiting for their gradient, under a byte budget: the oldest give way, and are computed again if
 * their gradient comes after all. The result is the same either way.
 */
export class RetainedPasses {
  readonly #passes = new Map<string, DevicePass>();

  get heldBytes(): number {
    let bytes = 0;
    for (const { pass } of this.#passes.values()) bytes += pass.retainedBytes;
    return bytes;
  }

  /** Keeps a pass; of all passes, its own run's and others', no more than `budgetBytes` afterwards. */
  keep(name: string, kept: DevicePass, budgetBytes: number): void {
    this.drop(name);
    this.#passes.set(name, kept);
    for (const oldest of this.#passes.keys()) {
      // Asked anew each time: memory that passes share is free when the last of them has gone.
      if (this.heldBytes <= budgetBytes) return;
      this.drop(oldest);
    }
  }

  /** A pass that stays where it is. */
  peek(name: string): DevicePass | undefined {
    return this.#passes.get(name);
  }

  /** Hands a pass over to the caller, who releases it. */
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
