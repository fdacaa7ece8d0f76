import { gammaOfDevice, powerOfDevice, type RadioChannel } from '#shared/channel/radio-channel.ts';

/**
 * The devices of a round in order of falling received power; devices with equal power keep their input order.
 * With equal payloads some optimum of P1 is a prefix of this order (Theorem 2), so most policies only choose
 * the length of the prefix.
 */
export interface RankedDevices {
  readonly count: number;
  /** gamma_n = P_n*|h_n|^2/N0 [Hz] by rank, the strongest first. */
  readonly gammaHz: Float64Array;
  /** The first `size` devices of the order, as ascending device indices. */
  prefix(size: number): number[];
}

/**
 * Ranks the devices of a valid problem. The order is computed at its first use, because some policies never
 * use it.
 *
 * Only the values are sorted, with the native sort and without indices: for a million devices this takes a
 * fraction of the time of sorting pairs. `prefix` finds its devices again: all above the prefix's smallest
 * value, then the earliest of the devices equal to it until the size is reached.
 */
export function rankDevices(channel: RadioChannel): RankedDevices {
  const count = channel.channelGain.length;
  let ranking: Ranking | undefined;
  const ranked = (): Ranking => {
    ranking ??= rankingOf(channel);
    return ranking;
  };
  return {
    count,
    get gammaHz() {
      return ranked().gammaHz;
    },
    prefix(size) {
      if (size === 0) return [];
      if (size === count) return Array.from({ length: size }, (_, device) => device);
      return strongest(ranked(), size);
    },
  };
}

interface Ranking {
  /** Received power by device [W]. */
  readonly received: Float64Array;
  readonly ascending: Float64Array;
  readonly gammaHz: Float64Array;
}

function rankingOf(channel: RadioChannel): Ranking {
  const count = channel.channelGain.length;
  const received = new Float64Array(count);
  for (let device = 0; device < count; device++) received[device] = receivedWatts(channel, device);
  const ascending = received.slice().sort();
  const gammaHz = new Float64Array(count);
  for (let rank = 0; rank < count; rank++) {
    gammaHz[rank] = ascending[count - 1 - rank] / channel.noiseWattsPerHz;
  }
  return { received, ascending, gammaHz };
}

/** P_n * |h_n|^2 [W], with the order of operations of `gammaOfDevice`, so that both agree to the last bit. */
function receivedWatts(channel: RadioChannel, device: number): number {
  return powerOfDevice(channel, device) * channel.channelGain[device];
}

function strongest({ received, ascending }: Ranking, size: number): number[] {
  const threshold = ascending[ascending.length - size];
  let above = 0;
  for (let rank = 0; rank < size && ascending[ascending.length - 1 - rank] > threshold; rank++) above++;
  let equalsLeft = size - above;
  const selected: number[] = [];
  for (let device = 0; device < received.length; device++) {
    const value = received[device];
    if (value > threshold || (value === threshold && equalsLeft-- > 0)) selected.push(device);
  }
  return selected;
}

/** gamma [Hz] of the given devices, in the given order. */
export function gammasOf(channel: RadioChannel, devices: readonly number[]): Float64Array {
  const gammaHz = new Float64Array(devices.length);
  for (let index = 0; index < devices.length; index++) {
    gammaHz[index] = gammaOfDevice(channel, devices[index]);
  }
  return gammaHz;
}
