import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { Knob } from './knob.ts';

/** Requests in flight that the knob `parallel reads` tries first: the default of a run. */
const PARALLEL_READS = 32;
const MOST_PARALLEL_READS = 256;
const MOST_MEMORY_MEGABYTES = 10_240;
const LEAST_MEMORY_MEGABYTES = 128;

/** Policies that the knobs try in place of the study's policy. */
const POLICIES: readonly PolicyName[] = ['set-expansion', 'exact', 'convergence', 'greedy', 'all-in'];

/** All knobs of `airtune advise`, which applies them one at a time. */
export const KNOBS: readonly Knob[] = [
  {
    name: 'accelerators x 2',
    change: ({ cloud: { encoder } }) => ({
      'cloud.encoder.minimumReplicas': Math.max(1, 2 * encoder.minimumReplicas),
      'cloud.encoder.maximumReplicas': 2 * encoder.maximumReplicas,
    }),
    subject: ({ cloud: { encoder } }) =>
      `Twice the accelerators (${2 * encoder.maximumReplicas} instead of ${encoder.maximumReplicas})`,
  },
  {
    name: 'accelerators / 2',
    change: ({ cloud: { encoder } }) =>
      encoder.maximumReplicas < 2
        ? undefined
        : {
            'cloud.encoder.minimumReplicas': Math.floor(encoder.minimumReplicas / 2),
            'cloud.encoder.maximumReplicas': Math.floor(encoder.maximumReplicas / 2),
          },
    subject: ({ cloud: { encoder } }) =>
      `Half the accelerators (${Math.floor(encoder.maximumReplicas / 2)} instead of ${encoder.maximumReplicas})`,
  },
  {
    name: 'parallel reads',
    change: ({ server }) => {
      const to = readsInParallel(server.requestsInParallel);
      return to === server.requestsInParallel ? undefined : { 'server.requestsInParallel': to };
    },
    subject: ({ server }) =>
      `Reading ${readsInParallel(server.requestsInParallel)} answers at a time instead of ${server.requestsInParallel} when a round closes`,
  },
  doubled(
    'concurrency x 2',
    'cloud.platform.accountConcurrency',
    ({ cloud }) => cloud.platform.accountConcurrency,
    'Twice the concurrency of the account',
  ),
  {
    name: 'device memory x 2',
    change: ({ cloud: { device } }) =>
      device.memoryMegabytes >= MOST_MEMORY_MEGABYTES
        ? undefined
        : { 'cloud.device.memoryMegabytes': Math.min(MOST_MEMORY_MEGABYTES, 2 * device.memoryMegabytes) },
    subject: ({ cloud: { device } }) =>
      `Twice the memory of the device function (${Math.min(MOST_MEMORY_MEGABYTES, 2 * device.memoryMegabytes)} MB instead of ${device.memoryMegabytes} MB)`,
  },
  {
    name: 'device memory / 2',
    change: ({ cloud: { device } }) =>
      device.memoryMegabytes < 2 * LEAST_MEMORY_MEGABYTES
        ? undefined
        : { 'cloud.device.memoryMegabytes': Math.floor(device.memoryMegabytes / 2) },
    subject: ({ cloud: { device } }) =>
      `Half the memory of the device function (${Math.floor(device.memoryMegabytes / 2)} MB instead of ${device.memoryMegabytes} MB)`,
  },
  doubled(
    'device batch x 2',
    'cloud.device.poller.batchSize',
    ({ cloud }) => cloud.device.poller.batchSize,
    'Twice the messages of a device invocation',
  ),
  {
    name: 'device batch of 1',
    change: ({ cloud: { device } }) =>
      device.poller.batchSize === 1 ? undefined : { 'cloud.device.poller.batchSize': 1 },
    subject: ({ cloud: { device } }) =>
      `One message for each device invocation instead of up to ${device.poller.batchSize}`,
  },
  doubled(
    'encoder batch x 2',
    'cloud.encoder.batchMessages',
    ({ cloud }) => cloud.encoder.batchMessages,
    'Twice the messages that the encoder works on together',
  ),
  doubled(
    'encoder batch tokens x 2',
    'cloud.encoder.batchTokens',
    ({ cloud }) => cloud.encoder.batchTokens,
    'Twice the tokens of a batch in the encoder',
  ),
  {
    name: 'provisioned pollers',
    change: ({ cloud: { device } }) => {
      const to = provisioned(device.poller);
      return to === device.poller.initialPollers ? undefined : { 'cloud.device.poller.initialPollers': to };
    },
    subject: ({ cloud: { device } }) =>
      `${provisioned(device.poller)} provisioned pollers of the device queue instead of ${device.poller.initialPollers}`,
  },
  ...([16, 8] as const).map(
    (bits): Knob => ({
      name: `${bits} bits a value`,
      altersLearning: 'values are rounded more',
      change: ({ transport }) =>
        transport.bitsPerValue <= bits ? undefined : { 'transport.bitsPerValue': bits },
      subject: ({ transport }) => `Sending ${bits} bits for each value instead of ${transport.bitsPerValue}`,
    }),
  ),
  doubled(
    'bandwidth x 2',
    'channel.bandwidthHz',
    ({ channel }) => channel.bandwidthHz,
    'Twice the bandwidth',
    'Hz',
  ),
  ...([2, 0.5] as const).map(
    (factor): Knob => ({
      name: factor > 1 ? 'delay budget x 2' : 'delay budget / 2',
      change: ({ scheduling: { delayBudget } }) =>
        'secondsPerRound' in delayBudget
          ? { 'scheduling.delayBudget.secondsPerRound': delayBudget.secondsPerRound * factor }
          : { 'scheduling.delayBudget.secondsPerBit': delayBudget.secondsPerBit * factor },
      subject: () => (factor > 1 ? 'Twice the delay budget' : 'Half the delay budget'),
    }),
  ),
  ...POLICIES.map(
    (policy): Knob => ({
      name: `policy ${policy}`,
      altersLearning: 'other devices take part',
      change: ({ scheduling }) =>
        scheduling.policy === policy ? undefined : { 'scheduling.policy': policy },
      subject: ({ scheduling }) => `The policy ${policy} instead of ${scheduling.policy}`,
    }),
  ),
];

function doubled(
  name: string,
  path: string,
  value: (settings: StudySettings) => number,
  subject: string,
  unit = '',
): Knob {
  const inUnit = (number: number): string => `${number.toLocaleString('en')}${unit === '' ? '' : ` ${unit}`}`;
  return {
    name,
    change: (settings) => ({ [path]: 2 * value(settings) }),
    subject: (settings) =>
      `${subject} (${inUnit(2 * value(settings))} instead of ${inUnit(value(settings))})`,
  };
}

/**
 * Number of parallel reads to try: the default of a run, or twice the present number if that is not below the
 * default.
 */
function readsInParallel(now: number): number {
  return now < PARALLEL_READS ? PARALLEL_READS : Math.min(MOST_PARALLEL_READS, 2 * now);
}

function provisioned({ initialPollers, maximumPollers }: StudySettings['cloud']['device']['poller']): number {
  return Math.max(initialPollers, Math.min(maximumPollers, 4 * initialPollers));
}
