import { gammaOfDevice, powerOfDevice, type RadioChannel } from '#shared/channel/radio-channel.ts';
import { ConfigError, InfeasibleError } from '#shared/errors.ts';

/** The radio channel of a round, and the payload that each scheduled device exchanges over it. */
export interface LinkProblem extends RadioChannel {
  /** L = L_e + L_f + L_g [bit]: embeddings, features and gradients of one scheduled device in one round. */
  readonly payloadBits: number;
}

/** One round of the online problem P1: maximise V * |S| - q * D(S). */
export interface RoundProblem extends LinkProblem {
  /** D_budget, the upper limit of the average of D_t in the long run [s]. */
  readonly delayBudgetSeconds: number;
  /** V_t, the weight of one more scheduled device [s^2]: seconds of queue times seconds of delay. */
  readonly controlV: number;
  /** q_t, the virtual queue's backlog at the start of the round [s]. */
  readonly queueSeconds: number;
  /** The largest delay of the round [s], kept by policies with a virtual queue. No limit if left out. */
  readonly delayLimitSeconds?: number | undefined;
  /** The fewest devices that a plan may schedule, even if their delay exceeds the limit. 0 if left out. */
  readonly minimumDevices?: number | undefined;
}

/** L * ln 2, the payload in nats: in this unit Shannon's formula has no constant factor. */
export function payloadNats(link: LinkProblem): number {
  return link.payloadBits * Math.LN2;
}

/**
 * Checks all inputs of a bandwidth split.
 *
 * @throws ConfigError for a number that is missing, not finite or of the wrong sign; the subject names it
 * @throws InfeasibleError for a device that no bandwidth can serve (gain 0), or whose P*|h|^2/N0 is infinite
 *   or below the normal floating-point numbers
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

/**
 * Checks a whole round: {@link validateLink}, the Lyapunov quantities and the minimum number of devices.
 *
 * @throws ConfigError, InfeasibleError as {@link validateLink}
 */
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
  // A subnormal number has fewer digits, and so would the root of the delay equation. From 2^52 times the
  // least positive number on, a number has all digits.
  if (!(gamma >= Number.MIN_VALUE * 2 ** 52 && Number.isFinite(gamma))) {
    throw new InfeasibleError(`gives P*|h|^2/N0 = ${gamma} Hz, which is out of range.`, {
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
