import { gammaOfDevice, powerOfDevice } from '#shared/channel/radio-channel.ts';
import { ascendingOrder } from '#shared/scheduling/ascending-order.ts';
import { sampleOf } from '#shared/scheduling/device-sample.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import type { DeviceColumn } from './round-context.ts';

/**
 * The order in which the policy `energy` adds devices: by rising q_n P_n / gamma_n, ties by falling gamma,
 * then by rising device number.
 */
export class EnergyOrder {
  readonly #gammaHz: Float64Array;
  /** q_n P_n / gamma_n by device [J W/Hz]. */
  readonly #priority: Float64Array;
  /** Sum of gamma over all devices [Hz]. */
  readonly gammaSumHz: number;

  constructor(problem: LinkProblem, queues: DeviceColumn) {
    const count = problem.channelGain.length;
    this.#gammaHz = new Float64Array(count);
    this.#priority = new Float64Array(count);
    let sumHz = 0;
    for (let device = 0; device < count; device++) {
      const gammaHz = gammaOfDevice(problem, device);
      this.#gammaHz[device] = gammaHz;
      this.#priority[device] = (queues[device] * powerOfDevice(problem, device)) / gammaHz;
      sumHz += gammaHz;
    }
    this.gammaSumHz = sumHz;
  }

  /** All devices in order: O(N). */
  all(): Uint32Array {
    return this.#ordered(Uint32Array.from(this.#priority, (_, device) => device));
  }

  /** About this fraction of the devices, at least one: the first ones of the order, in order. */
  first(part: number): Uint32Array {
    const sample = sampleOf(this.#priority).sort();
    const threshold = sample[Math.floor(part * sample.length)];
    const devices: number[] = [];
    for (let device = 0; device < this.#priority.length; device++) {
      if (this.#priority[device] <= threshold) devices.push(device);
    }
    return this.#ordered(Uint32Array.from(devices));
  }

  /** @param devices in ascending order */
  #ordered(devices: Uint32Array): Uint32Array {
    const ordered = arranged(devices, this.#keys(devices, this.#priority));
    // Devices of equal priority are in the order of their numbers; they are ordered by gamma.
    let start = 0;
    for (let end = 1; end <= ordered.length; end++) {
      if (end < ordered.length && this.#priority[ordered[end]] === this.#priority[ordered[start]]) continue;
      if (end - start > 1) {
        const equal = ordered.subarray(start, end);
        equal.set(
          arranged(
            equal,
            this.#keys(equal, this.#gammaHz).map((gammaHz) => -gammaHz),
          ),
        );
      }
      start = end;
    }
    return ordered;
  }

  #keys(devices: Uint32Array, column: Float64Array): Float64Array {
    const keys = new Float64Array(devices.length);
    for (let index = 0; index < keys.length; index++) keys[index] = column[devices[index]];
    return keys;
  }
}

/** The devices in ascending order of their keys; devices with equal keys stay in their order. */
function arranged(devices: Uint32Array, keys: Float64Array): Uint32Array {
  const order = ascendingOrder(keys);
  for (let place = 0; place < order.length; place++) order[place] = devices[order[place]];
  return order;
}
