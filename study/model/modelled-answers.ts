import { randomStream } from '#shared/random/random-stream.ts';
import type { DeviceAnswer } from '#shared/scheduling/context/device-memory.ts';

/** Number of rounds in which a modelled loss falls to 1/e of its value. */
const LOSS_ROUNDS = 50;
/** Loss in round 0: that of guessing between two labels. */
const FIRST_LOSS = Math.LN2;
/** Spread between devices, and between rounds of one device: standard deviations of the logarithm. */
const DEVICE_SPREAD = 0.3;
const ROUND_SPREAD = 0.1;

/**
 * Modelled losses and gradient norms of a study's devices, for the policies that choose devices by them. The
 * loss of device n in round t is ln 2 * exp(-t/50) * exp(0.3 x_n + 0.1 y_nt), with x and y standard normal.
 * The gradient norm follows the same law with the same x and another y. All scheduled devices answer.
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
