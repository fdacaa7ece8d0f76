import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import { COARSE, EACH, prefixDemands } from '#shared/scheduling/prefix-search/prefix-demand.ts';
import { PrefixValues } from '#shared/scheduling/prefix-search/prefix-values.ts';
import { rankDevices } from '#shared/scheduling/ranked-devices.ts';
import { sizeGrid } from './size-grid.ts';

/**
 * Up to this many devices, demand is summed per device; for more, per group with a relative error of 1e-7.
 */
const EACH_UP_TO = 500;

/** The least delays of one round's prefixes, by size. */
export interface DelayCurve {
  /** Ascending, from the size of the smallest allowed plan. */
  readonly sizes: readonly number[];
  /** D(sizes[i]) [s], in rising order. */
  readonly delaySeconds: Float64Array;
}

/** D(k) of a round at the sizes of {@link sizeGrid}: all sizes, or a selection for many devices. */
export function delayCurve(channel: RadioChannel, payloadBits: number, fewest: number): DelayCurve {
  const { gammaHz, count } = rankDevices(channel);
  const problem = { ...channel, payloadBits, delayBudgetSeconds: 1, controlV: 1, queueSeconds: 0 };
  const fineness = count <= EACH_UP_TO ? EACH : COARSE;
  const values = new PrefixValues(problem, gammaHz, prefixDemands(gammaHz)(fineness), fineness);
  const sizes = sizeGrid(fewest, count);
  let nearNats: number | undefined;
  const delaySeconds = Float64Array.from(sizes, (size) => {
    const value = values.at(size, nearNats);
    nearNats = value.rate?.natsPerSecond;
    return value.delaySeconds;
  });
  return { sizes, delaySeconds };
}
