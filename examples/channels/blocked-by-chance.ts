import { defineChannel } from 'airtune/plugins';

/**
 * A millimetre-wave channel: each round a device is blocked with a probability that grows with its distance,
 * and loses a fixed number of decibels then. `random(round, device)` has the draws of a device in a round.
 */
export default defineChannel({
  interfaceVersion: 1,
  name: 'blocked-by-chance',
  settings: (zod) =>
    zod.object({
      blockageMetres: zod.number().positive().default(150),
      lossDb: zod.number().nonnegative().default(20),
    }),
  gains({ round, meanGain, distanceMetres }, { blockageMetres, lossDb }, random) {
    return meanGain.map((gain, device) => {
      const stream = random(round, device);
      const blocked = stream.uniform() < 1 - Math.exp(-distanceMetres[device] / blockageMetres);
      return gain * stream.exponential() * (blocked ? 10 ** (-lossDb / 10) : 1) + Number.MIN_VALUE;
    });
  },
});
