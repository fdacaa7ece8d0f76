import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import { bestPrefix } from '#shared/scheduling/prefix-search/best-prefix.ts';
import { COARSE, prefixDemands } from '#shared/scheduling/prefix-search/prefix-demand.ts';
import { PrefixValues } from '#shared/scheduling/prefix-search/prefix-values.ts';
import { rankDevices } from '#shared/scheduling/ranked-devices.ts';
import type { Utility } from '#shared/scheduling/utility.ts';
import type { BoundedRound, PricedChoice } from './clairvoyant-bound.ts';
import { type DelayCurve, delayCurve } from './delay-curve.ts';
import { LARGEST_FULL_GRID } from './size-grid.ts';

/** Bound on the rounding error of U - lambda*D if every size is evaluated, relative to |U| + lambda*D. */
const ROUNDING = 1e-12;

/** The inputs of one round from which the delay and utility of its possible plans are computed. */
export interface RoundChoices {
  readonly channel: RadioChannel;
  readonly payloadBits: number;
  readonly minimumDevices: number;
  readonly utility: Utility;
}

/**
 * A round for the clairvoyant bound. If at most 500 devices are optional, every size is evaluated; otherwise
 * {@link bestPrefix} gives an upper bound for all sizes.
 */
export function boundedRound(choices: RoundChoices): BoundedRound {
  const { channel, payloadBits, minimumDevices, utility } = choices;
  const span = channel.channelGain.length - minimumDevices;
  return span <= LARGEST_FULL_GRID
    ? roundOfCurve(delayCurve(channel, payloadBits, minimumDevices), utility)
    : roundOfSearch(choices);
}

function roundOfCurve({ sizes, delaySeconds }: DelayCurve, utility: Utility): BoundedRound {
  const worth = sizes.map((size) => utility.value(size));
  const last = sizes.length - 1;
  return {
    fewest: { delaySeconds: delaySeconds[0], utility: worth[0] },
    all: { delaySeconds: delaySeconds[last], utility: worth[last] },
    at(price) {
      let best = 0;
      for (let index = 1; index <= last; index++) {
        if (worth[index] - price * delaySeconds[index] > worth[best] - price * delaySeconds[best])
          best = index;
      }
      return choiceOf(worth[best], delaySeconds[best], price);
    },
  };
}

function choiceOf(utility: number, delaySeconds: number, price: number): PricedChoice {
  const cost = price * delaySeconds;
  return { most: utility - cost + ROUNDING * (Math.abs(utility) + cost), utility, delaySeconds };
}

function roundOfSearch({ channel, payloadBits, minimumDevices, utility }: RoundChoices): BoundedRound {
  const { gammaHz, count } = rankDevices(channel);
  const demandOf = prefixDemands(gammaHz)(COARSE);
  const valuesAt = (price: number) => {
    const problem = { ...channel, payloadBits, delayBudgetSeconds: 1, controlV: 1, queueSeconds: price };
    return new PrefixValues(problem, gammaHz, demandOf, COARSE, utility);
  };
  const free = valuesAt(0);
  return {
    fewest: {
      delaySeconds: free.at(minimumDevices).delaySeconds,
      utility: utility.value(minimumDevices),
    },
    all: { delaySeconds: free.at(count).delaySeconds, utility: utility.value(count) },
    at(price) {
      const { best, upperBound } = bestPrefix(valuesAt(price), minimumDevices, count);
      return { most: upperBound, utility: utility.value(best.size), delaySeconds: best.delaySeconds };
    },
  };
}
