import { randomStream } from '#shared/random/random-stream.ts';
import type { DeviceAnswer } from '#shared/scheduling/context/device-memory.ts';

/** Rounds over which a modelled loss falls to 1/e. */
const LOSS_ROUNDS = 50;
/** Loss of round 0, chance on two labels. */
const FIRST_LOSS = Math.LN2;
/** By how much devices, and rounds of one device, differ: standard deviations of the logarithm. */
const DEVICE_SPREAD = 0.3;
const ROUND_SPREAD = 0.1;

/**
 * Losses and gradient norms of a study's devices. They are modelled, not measured, for the policies that
 * choose by them: the loss of device n in round t is ln 2 * exp(-t/50) * exp(0.3 x_n + 0.1 y_nt), x and y
 * standard normal, and its gradient norm falls alike, with a y of its own. All scheduled devices answer.
 */
export function modelledAnswers(
  seed: number,
  round: number,
  selected: readonly number[],
): readonly DeviceAnswer[] {
  return selected.map((device) => {
    const level = FIRST_LOSS * Math.exp(-round / LOSS_ROUNDS);
    const own = Math.exp(DEVICE_SPREAD * randomStream(seed, 'study', device).normal());
    const now = randomStream(seed, 'study', device, round + 1);
    return {
      device,
      loss: level * own * Math.exp(ROUND_SPREAD * now.normal()),
      gradientNorm: level * own * Math.exp(ROUND_SPREAD * now.normal()),
    };
  });
}
