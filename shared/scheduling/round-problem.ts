import { gammaOfDevice, powerOfDevice, type RadioChannel } from '#shared/channel/radio-channel.ts';
import { ConfigError, InfeasibleError } from '#shared/errors.ts';

/** The radio side of a round, and how much each device has to exchange over it. */
export interface LinkProblem extends RadioChannel {
  /** L = L_e + L_f + L_g, what a scheduled device exchanges in one round [bit]. */
  readonly payloadBits: number;
}

/** One round of the online problem P1: maximise V * |S| - q * D(S). */
export interface RoundProblem extends LinkProblem {
  /** The long-run average that D_t has to keep [s]. */
  readonly delayBudgetSeconds: number;
  /** V_t, the weight of one more device in seconds of queue times seconds of delay [s^2]. */
  readonly controlV: number;
  /** q_t, the virtual queue's backlog at the start of the round [s]. */
  readonly queueSeconds: number;
  /** The most that the round's delay may be, kept by the policies with a queue; no limit where it is left out [s]. */
  readonly delayLimitSeconds?: number | undefined;
  /** The fewest devices a plan may schedule, even where that exceeds the limit; 0 where it is left out. */
  readonly minimumDevices?: number | undefined;
}

/** L * ln 2 [nat]: the payload in the unit in which Shannon's formula has no constant. */
export function payloadNats(link: LinkProblem): number {
  return link.payloadBits * Math.LN2;
}

/**
 * Checks everything a bandwidth split needs.
 *
 * @throws ConfigError for a number that is missing, not finite or of the wrong sign; the subject names it
 * @throws InfeasibleError for a device that no bandwidth can serve (zero gain or power)
 */
export function validateLink(link: LinkProblem): void {
  requirePositive('bandwidthHz', link.bandwidthHz, 'Give the shared band in hertz, for example 20e6.');
  requirePositive(
    'noiseWattsPerHz',
    link.noiseWattsPerHz,
    'Give N0 in W/Hz, for example 3.98e-21 (-174 dBm/Hz).',
  );
  requirePositive('payloadBits', link.payloadBits, 'Give the bits a device exchanges in one round.');
  const count = link.channelGain.length;
  if (count === 0) {
    throw new ConfigError('there are no devices.', {
      subject: 'channelGain',
      remedy: 'Give one channel gain per device.',
    });
  }
  if (typeof link.powerWatts === 'number') requirePower('powerWatts', link.powerWatts);
  else if (link.powerWatts.length !== count) {
    throw new ConfigError(`has ${link.powerWatts.length} values for ${count} devices.`, {
      subject: 'powerWatts',
      remedy: 'Give one power for all devices, or one per device.',
    });
  }
  for (let device = 0; device < count; device++) requireDevice(link, device);
}

/** Checks a whole round: {@link validateLink}, and the Lyapunov quantities. */
export function validateRound(problem: RoundProblem): void {
  validateLink(problem);
  requirePositive(
    'delayBudgetSeconds',
    problem.delayBudgetSeconds,
    'Give the average delay to keep, in seconds.',
  );
  requirePositive(
    'controlV',
    problem.controlV,
    'V must be positive: it is the weight of one more scheduled device.',
  );
  if (!(Number.isFinite(problem.queueSeconds) && problem.queueSeconds >= 0)) {
    throw new ConfigError(`is ${problem.queueSeconds}; a virtual queue is finite and not negative.`, {
      subject: 'queueSeconds',
      remedy: 'Give 0 for the first round.',
    });
  }
  const fewest = problem.minimumDevices ?? 0;
  if (!(Number.isInteger(fewest) && fewest >= 0 && fewest <= problem.channelGain.length)) {
    throw new ConfigError(`is ${fewest}; there are ${problem.channelGain.length} devices.`, {
      subject: 'minimumDevices',
      remedy: 'Give a whole number between 0 and the number of devices.',
    });
  }
}

function requireDevice(link: LinkProblem, device: number): void {
  const gain = link.channelGain[device];
  const subject = `channelGain[${device}]`;
  if (gain === undefined || !Number.isFinite(gain) || gain < 0) {
    throw new ConfigError(`is ${gain}; a channel gain is a finite power ratio above 0.`, {
      subject,
      remedy: 'Give |h|^2 as a plain ratio (a value in dB has to be converted).',
    });
  }
  if (gain === 0) {
    throw new InfeasibleError('is 0: no bandwidth can serve this device.', {
      subject,
      remedy: 'Leave the device out of the round.',
    });
  }
  if (typeof link.powerWatts !== 'number') requirePower(`powerWatts[${device}]`, powerOfDevice(link, device));
  const gamma = gammaOfDevice(link, device);
  // Subnormal numbers have lost digits already; the root would inherit that.
  if (!(gamma >= Number.MIN_VALUE * 2 ** 52 && Number.isFinite(gamma))) {
    throw new InfeasibleError(`gives P*|h|^2/N0 = ${gamma} Hz, which cannot be computed with.`, {
      subject,
      remedy: 'Check the units of gain, power and noise.',
    });
  }
}

function requirePower(subject: string, powerWatts: number): void {
  requirePositive(subject, powerWatts, 'Give the transmit power in watts (20 dBm is 0.1).');
}

function requirePositive(subject: string, value: number, remedy: string): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw new ConfigError(`is ${value}; it must be a finite number above 0.`, { subject, remedy });
  }
}
