import type { RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import type { SweepMode } from './points/points.ts';
import type { Sweep } from './points/sweep.ts';

/** A named study: settings, sweeps and the number of repetitions. */
export interface StudyPreset {
  /** Its settings and its question, in two sentences. */
  readonly description: string;
  readonly settings: RawSettings;
  readonly sweeps: readonly Sweep[];
  readonly sweepMode: SweepMode;
  readonly repeats: number;
}

/** The encoder of BERT-base. */
const BERT_BASE = { hiddenSize: 768, intermediateSize: 3072, layerCount: 12 };

/** No fading: no single device delays a round, so that the effects of the cloud are visible. */
const STEADY_RADIO = { fading: { kind: 'none' } };

/** Many concurrent reads of answers by the encoder, for large numbers of devices. */
const PARALLEL_READS = { requestsInParallel: 64 };

/** The paper's policies, and others that plan ten thousand devices as fast. */
const CITY_POLICIES: readonly PolicyName[] = [
  'set-expansion',
  'exact',
  'convergence',
  'all-in',
  'equal-share',
  'greedy',
  'static-share',
  'random',
  'round-robin',
  'best-channel',
  'proportional-fair',
  'age',
];

export const STUDY_PRESETS: Readonly<Record<string, StudyPreset>> = {
  'paper-cell': {
    description:
      "The paper's cell: BERT-base, 20 devices around one server, the four policies of the paper over 50 rounds. Numbers that the paper's text lost (band, power, distances, budget, batch) are assumptions, so only the order of the policies can be compared.",
    settings: {
      model: BERT_BASE,
      training: { devices: 20, rounds: 50 },
      scheduling: { delayBudget: { secondsPerBit: 1e-7 } },
    },
    sweeps: [{ path: 'scheduling.policy', values: ['all-in', 'set-expansion', 'greedy', 'equal-share'] }],
    sweepMode: 'grid',
    // A deep fade makes one round a hundred times as long as another, so a few seeds are not enough.
    repeats: 20,
  },
  city: {
    description:
      'Ten thousand devices within one kilometre share 100 MHz under twelve policies. It shows how much time a policy costs that schedules the weakest devices, and that with about half of the devices the wait for the encoder is as long as the radio delay.',
    settings: {
      training: { devices: 10_000, rounds: 10 },
      transport: { bitsPerValue: 8 },
      channel: { bandwidthHz: 100e6, placement: { kind: 'disc', radiusMetres: 1000 }, powerDbm: 23 },
      scheduling: { delayBudget: { secondsPerRound: 20 }, devicesPerRound: 500 },
      server: PARALLEL_READS,
      cloud: { encoder: { minimumReplicas: 4, maximumReplicas: 32 } },
    },
    sweeps: [{ path: 'scheduling.policy', values: CITY_POLICIES }],
    sweepMode: 'grid',
    repeats: 3,
  },
  country: {
    description:
      'A million devices share 10 GHz of band (an assumption: many cells with one scheduler); all but the weakest take part in one round. It shows which part of the cloud limits a round of this size, and the cost of the round.',
    settings: {
      data: { maxTokens: 32 },
      training: { devices: 1_000_000, rounds: 1, batchSize: 8, graceSeconds: 3600 },
      transport: { bitsPerValue: 8 },
      channel: { bandwidthHz: 10e9, powerDbm: 23 },
      scheduling: { policy: 'greedy', delayBudget: { secondsPerRound: 60 } },
      server: PARALLEL_READS,
      cloud: {
        platform: { accountConcurrency: 10_000 },
        scheduler: { timeoutSeconds: 900 },
        encoder: { minimumReplicas: 16, maximumReplicas: 256, messagesPerReplica: 2000 },
      },
    },
    sweeps: [{ path: 'cloud.encoder.maximumReplicas', values: [64, 256] }],
    sweepMode: 'grid',
    repeats: 1,
  },
  'cold-start-storm': {
    description:
      'A thousand pollers invoke functions that have no warm instances after each round, with bundles from 2 to 128 MB. It shows how the size of a bundle lengthens a round, and how far more memory shortens it.',
    settings: {
      training: { devices: 2000, rounds: 4 },
      channel: { ...STEADY_RADIO, bandwidthHz: 400e6 },
      scheduling: { policy: 'all-in' },
      server: PARALLEL_READS,
      cloud: {
        platform: { keepAliveSeconds: 1 },
        device: { poller: { initialPollers: 1000, batchSize: 1 } },
        encoder: { minimumReplicas: 32, maximumReplicas: 32 },
      },
    },
    sweeps: [
      { path: 'cloud.device.bundleMegabytes', values: [2, 8, 32, 128] },
      { path: 'cloud.device.memoryMegabytes', values: [512, 1769] },
    ],
    sweepMode: 'grid',
    repeats: 3,
  },
  'gpu-shortage': {
    description:
      'Five hundred devices of BERT-base share one, two, four, eight or sixteen accelerators. It shows from which number on more accelerators hardly shorten a round, and their cost.',
    settings: {
      training: { devices: 500, rounds: 3 },
      model: BERT_BASE,
      channel: { ...STEADY_RADIO, bandwidthHz: 400e6 },
      scheduling: { policy: 'all-in' },
    },
    sweeps: [
      { path: 'cloud.encoder.minimumReplicas', values: [1, 2, 4, 8, 16] },
      { path: 'cloud.encoder.maximumReplicas', values: [1, 2, 4, 8, 16] },
    ],
    sweepMode: 'list',
    repeats: 3,
  },
  'concurrency-limit': {
    description:
      'Five thousand devices in accounts that may run 10 to 1,000 functions at once. Below a hundred, queue waits take most of a round; above, the wait for the encoder does, which more concurrency does not shorten.',
    settings: {
      training: { devices: 5000, rounds: 3 },
      channel: { ...STEADY_RADIO, bandwidthHz: 400e6 },
      transport: { bitsPerValue: 8 },
      scheduling: { policy: 'all-in' },
      server: PARALLEL_READS,
      cloud: {
        device: { poller: { initialPollers: 1000, batchSize: 1 } },
        encoder: { minimumReplicas: 64, maximumReplicas: 64 },
      },
    },
    sweeps: [{ path: 'cloud.platform.accountConcurrency', values: [10, 30, 100, 300, 1000] }],
    sweepMode: 'grid',
    repeats: 3,
  },
};

/** @throws ConfigError naming the nearest preset when there is none of this name */
export function findStudyPreset(name: string): StudyPreset {
  const preset = Object.hasOwn(STUDY_PRESETS, name) ? STUDY_PRESETS[name] : undefined;
  if (preset !== undefined) return preset;
  const names = Object.keys(STUDY_PRESETS);
  const nearest = nearestName(name, names);
  throw new ConfigError(`there is no preset ${JSON.stringify(name)} of a study.`, {
    subject: '--preset',
    remedy: nearest === undefined ? `Use one of ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
