import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { ascendingOrder } from '#shared/scheduling/ascending-order.ts';
import { type LinkProblem, payloadNats } from '#shared/scheduling/round-problem.ts';
import { bandwidthUntil } from './finish-together.ts';
import type { DeviceColumn } from './round-context.ts';

/**
 * Finds the device that needs the least bandwidth to end by a time T; devices are removed one after the
 * other. The bandwidth falls with gamma and rises with the computing time, so a device with a smaller gamma
 * and a longer computing time than another one is never the cheapest. So only a device whose gamma exceeds
 * that of every device with a shorter computing time can be the cheapest: about ln N of N random devices. A
 * tree of the largest gammas finds the next such device in O(log N).
 */
export class CheapestDevice {
  readonly #link: LinkProblem;
  readonly #compute: DeviceColumn;
  readonly #gammaHz: Float64Array;
  /** Devices by rising computing time; ties by falling gamma, then by rising device number. */
  readonly #order: Uint32Array;
  /**
   * A binary tree: leaf i holds gamma [Hz] of device `#order[i]`, 0 once it is removed; each inner node holds
   * the larger value of its two children.
   */
  readonly #largest: Float64Array;
  readonly #leaves: number;
  readonly #placeOf: Uint32Array;

  constructor(link: LinkProblem, computeSeconds: DeviceColumn) {
    const count = link.channelGain.length;
    this.#link = link;
    this.#compute = computeSeconds;
    this.#gammaHz = Float64Array.from({ length: count }, (_, device) => gammaOfDevice(link, device));
    const byGain = ascendingOrder(this.#gammaHz.map((gamma) => -gamma));
    this.#order = ascendingOrder(Float64Array.from(computeSeconds), byGain);
    this.#placeOf = new Uint32Array(count);
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, count)));
    this.#largest = new Float64Array(2 * this.#leaves);
    this.#order.forEach((device, place) => {
      this.#placeOf[device] = place;
      this.#largest[this.#leaves + place] = this.#gammaHz[device];
    });
    for (let node = this.#leaves - 1; node > 0; node--) this.#update(node);
  }

  /**
   * The device that needs the least bandwidth to end by T; ties go to the lowest device number. With T
   * undefined, the device that ends earliest with the whole band.
   */
  next(endSeconds: number | undefined): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let place = this.#next(0, 0); place < this.#order.length; ) {
      const device = this.#order[place];
      const price = this.#price(device, endSeconds);
      if (best < 0 || price < least || (price === least && device < best)) {
        best = device;
        least = price;
      }
      place = this.#next(place + 1, this.#gammaHz[device]);
    }
    return least < Number.POSITIVE_INFINITY ? best : this.#order.reduce(this.#lowest, best);
  }

  /**
   * The lower of two device numbers; removed devices do not count. Used if no bandwidth is enough for any
   * device.
   */
  readonly #lowest = (lowest: number, device: number): number =>
    device < lowest && this.#largest[this.#leaves + this.#placeOf[device]] > 0 ? device : lowest;

  remove(device: number): void {
    let node = this.#leaves + this.#placeOf[device];
    this.#largest[node] = 0;
    for (node >>= 1; node > 0; node >>= 1) this.#update(node);
  }

  #price(device: number, endSeconds: number | undefined): number {
    if (endSeconds !== undefined)
      return bandwidthUntil(this.#link, device, endSeconds, this.#compute[device]);
    const { bandwidthHz } = this.#link;
    const natsPerSecond = bandwidthHz * Math.log1p(this.#gammaHz[device] / bandwidthHz);
    return this.#compute[device] + payloadNats(this.#link) / natsPerSecond;
  }

  /**
   * The first place from `place` on whose gamma is above `gammaHz`; the number of leaves if there is none.
   */
  #next(place: number, gammaHz: number): number {
    let node = this.#leaves + place;
    if (place >= this.#leaves) return this.#leaves;
    // Goes up until a subtree to the right has such a gamma, then down to the first leaf that has one.
    while (!(this.#largest[node] > gammaHz)) {
      while (node % 2 === 1) node >>= 1;
      if (node === 0) return this.#leaves;
      node++;
    }
    while (node < this.#leaves) {
      node *= 2;
      if (!(this.#largest[node] > gammaHz)) node++;
    }
    return node - this.#leaves;
  }

  #update(node: number): void {
    const left = this.#largest[2 * node];
    const right = this.#largest[2 * node + 1];
    this.#largest[node] = left > right ? left : right;
  }
}
