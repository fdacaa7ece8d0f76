/**
 * A policy plug-in: the strongest devices, as many as finish within a part of the delay budget when they
 * share the band equally.
 *
 *     npx airtune study --policy ./strongest-within-budget.ts,greedy,exact --devices 100
 *     npx airtune run --policy ./strongest-within-budget.ts --set scheduling.policySettings.part=0.5
 */
import { definePolicy } from 'airtune/scheduling';

export default definePolicy({
  interfaceVersion: 1,
  name: 'strongest-within-budget',

  settings: (zod) => zod.object({ part: zod.number().positive().max(10).default(1) }),

  plan(round, { part }) {
    const { channelGain, powerWatts, noiseWattsPerHz, bandwidthHz, payloadBits } = round;

    /** Seconds that a device needs with this bandwidth, by Shannon's formula. */
    const secondsOf = (device: number, hertz: number): number => {
      const snr = (powerWatts[device] * channelGain[device]) / (noiseWattsPerHz * hertz);
      return payloadBits / (hertz * Math.log2(1 + snr));
    };

    const byGain = [...channelGain.keys()].sort((one, other) => channelGain[other] - channelGain[one]);
    let size = 0;
    while (size < byGain.length) {
      // The weakest of the scheduled devices is the slowest one.
      if (secondsOf(byGain[size], bandwidthHz / (size + 1)) > part * round.delayBudgetSeconds) break;
      size++;
    }
    // Without `bandwidthHz` airtune splits the band so that all of them finish at the same time.
    return { selected: byGain.slice(0, Math.max(size, round.minimumDevices)) };
  },
});
