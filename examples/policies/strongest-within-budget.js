/**
 * A policy of one's own: the strongest devices, as many as finish within a part of the delay budget.
 *
 *     npx airtune study --policy ./strongest-within-budget.js,greedy,exact --devices 100
 *
 * `definePolicy` of `airtune/scheduling` would check the types; a plain object of this form is enough.
 */
export default {
  interfaceVersion: 1,
  name: 'strongest-within-budget',

  // Checks `--set scheduling.policySettings.part=0.5`, and gives the default.
  settings: (zod) => zod.object({ part: zod.number().positive().max(10).default(1) }),

  plan(round, { part }) {
    const { channelGain, powerWatts, noiseWattsPerHz, bandwidthHz, payloadBits } = round;
    const byGain = [...channelGain.keys()].sort((one, other) => channelGain[other] - channelGain[one]);
    /** Seconds that a device needs with this bandwidth: Shannon's formula. */
    const secondsOf = (device, hertz) => {
      const snr = (powerWatts[device] * channelGain[device]) / (noiseWattsPerHz * hertz);
      return payloadBits / (hertz * Math.log2(1 + snr));
    };
    let selected = [];
    for (const device of byGain) {
      const share = bandwidthHz / (selected.length + 1);
      if (secondsOf(device, share) > part * round.delayBudgetSeconds) break;
      selected = [...selected, device];
    }
    // Without `bandwidthHz` airtune splits the band so that all of them finish at the same time.
    return { selected };
  },
};
