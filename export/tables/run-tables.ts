import type { DeviceMetrics } from '#shared/protocol/device-metrics.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { stageColumns } from './stage-columns.ts';
import type { Column, Table } from './table.ts';
import { tracedSeconds } from './traced-seconds.ts';

/** A round and the time from the start of the run's first round to its end. */
interface TimedRound {
  readonly metrics: RoundMetrics;
  readonly elapsedSeconds: number;
}

/** One device of one round. */
interface DeviceRow {
  readonly round: number;
  readonly device: number;
  readonly bandwidthHz: number | null;
  readonly rateBitsPerSecond: number | null;
  readonly joules: number | null;
  readonly loss: number | null;
  readonly gradientNorm: number | null;
  /** Seconds by stage; undefined where the round was not traced or the device has no spans. */
  readonly stages: ReadonlyMap<string, number> | undefined;
}

const number = (
  name: string,
  description: string,
  value: (row: RoundMetrics) => number | null | undefined,
): Column<TimedRound> => ({
  name,
  type: 'number',
  description,
  value: ({ metrics }) => value(metrics) ?? null,
});

/** Columns of the table of rounds of a run. */
export const RUN_ROUND_COLUMNS: readonly Column<TimedRound>[] = [
  {
    name: 'round',
    type: 'integer',
    description: 'number of the round, from 1',
    value: ({ metrics }) => metrics.round,
  },
  { name: 'policy', type: 'text', description: 'scheduling policy', value: ({ metrics }) => metrics.policy },
  {
    name: 'elapsed_s',
    type: 'number',
    description: 'time of all rounds so far, this one included',
    value: ({ elapsedSeconds }) => elapsedSeconds,
  },
  {
    name: 'scheduled',
    type: 'integer',
    description: 'devices in the plan',
    value: ({ metrics }) => metrics.selected.length,
  },
  {
    name: 'answered',
    type: 'integer',
    description: 'devices whose answer counts',
    value: ({ metrics }) => metrics.answered.length,
  },
  number('train_loss', 'mean over the mini-batches of the devices that answered', (row) => row.trainLoss),
  number('train_accuracy', 'the same, of the accuracy', (row) => row.trainAccuracy),
  number(
    'test_accuracy',
    "mean accuracy of the devices' heads on the test set, where tested",
    (row) => row.testAccuracy,
  ),
  number('test_loss', 'the same, of the loss', (row) => row.testLoss),
  number(
    'own_mix_accuracy',
    "the same accuracy under each device's own label mix",
    (row) => row.ownMixAccuracy,
  ),
  number(
    'averaged_head_accuracy',
    'accuracy of one head averaged from all',
    (row) => row.averagedHeadAccuracy,
  ),
  number('delay_s', 'planned radio time of the slowest scheduled device', (row) => row.delaySeconds),
  number('delay_budget_s', 'average delay that the controller keeps', (row) => row.delayBudgetSeconds),
  number(
    'delay_limit_s',
    'the most that the delay could be; empty without a limit',
    (row) => row.delayLimitSeconds,
  ),
  number('forced_s', 'delay above the limit that minimumDevices made necessary', (row) => row.forcedSeconds),
  number('account_s', 'delays of the rounds so far less their budgets', (row) => row.accountSeconds),
  number('virtual_queue_s', "the paper's virtual queue after the round", (row) => row.queueSeconds),
  number(
    'pricing_queue_s',
    "q in the objective V*U - q*D, the price of the round's delay",
    (row) => row.pricingQueueSeconds,
  ),
  number('control_v', 'V in the objective', (row) => row.controlV),
  number('objective', 'value of the objective', (row) => row.objective),
  number('energy_j', 'energy of all scheduled devices', (row) => row.joules),
  number('round_s', 'from the start of the round to its commit', (row) => row.roundSeconds),
  number(
    'mean_tokens',
    'tokens of a mini-batch inside the encoder, padding included',
    (row) => row.meanTokens,
  ),
  {
    name: 'critical_device',
    type: 'integer',
    description: 'the device that answered last; empty if none did',
    value: ({ metrics }) => metrics.criticalDevice,
  },
  ...stageColumns<TimedRound>(
    (stage) => `critical_${stage}_s`,
    (stage) => `stage ${stage} on the critical path`,
    ({ metrics }, stage) => metrics.timeSplitSeconds[stage] ?? 0,
  ),
  ...stageColumns<TimedRound>(
    (stage) => `mean_${stage}_s`,
    (stage) => `stage ${stage}, mean of the devices that answered`,
    ({ metrics }, stage) => metrics.meanTimeSplitSeconds[stage] ?? 0,
  ),
];

const deviceNumber = (
  name: string,
  description: string,
  value: (row: DeviceRow) => number | null,
): Column<DeviceRow> => ({ name, type: 'number', description, value });

/** Columns of the table of devices of a run. */
export const RUN_DEVICE_COLUMNS: readonly Column<DeviceRow>[] = [
  { name: 'round', type: 'integer', description: 'number of the round, from 1', value: ({ round }) => round },
  {
    name: 'device',
    type: 'integer',
    description: 'number of the device, from 0',
    value: ({ device }) => device,
  },
  {
    name: 'answered',
    type: 'boolean',
    description: 'whether its answer counts',
    value: ({ loss }) => loss !== null,
  },
  deviceNumber('bandwidth_hz', 'its part of the band', ({ bandwidthHz }) => bandwidthHz),
  deviceNumber(
    'rate_bit_per_s',
    'its rate, for all three transmissions',
    ({ rateBitsPerSecond }) => rateBitsPerSecond,
  ),
  deviceNumber('energy_j', 'energy of its transmissions and its computing', ({ joules }) => joules),
  deviceNumber('train_loss', 'loss of its mini-batch; empty without an answer', ({ loss }) => loss),
  deviceNumber('gradient_norm', 'L2 norm of its LoRA gradient', ({ gradientNorm }) => gradientNorm),
  ...stageColumns<DeviceRow>(
    (stage) => `${stage}_s`,
    (stage) => `its time in stage ${stage}; empty where the round was not traced`,
    ({ stages }, stage) => (stages === undefined ? null : (stages.get(stage) ?? 0)),
  ),
];

/** One row for each round. */
export function runRoundTable(rounds: readonly RoundMetrics[]): Table<TimedRound> {
  let elapsedSeconds = 0;
  const rows = rounds.map((metrics) => {
    elapsedSeconds += metrics.roundSeconds;
    return { metrics, elapsedSeconds };
  });
  return { columns: RUN_ROUND_COLUMNS, rows };
}

/**
 * One row for each scheduled device of each round.
 *
 * @param traces Traces of any of the rounds, by the number of the round.
 */
export function runDeviceTable(
  rounds: readonly DeviceMetrics[],
  traces: ReadonlyMap<number, RoundTrace>,
): Table<DeviceRow> {
  const rows = rounds.flatMap((metrics) => {
    const { round, devices, bandwidthHz, rateBitsPerSecond, joules, loss, gradientNorm } = metrics;
    const traced = new Map(traces.get(round)?.devices.map((device) => [device.device, device]));
    return devices.map((device, index): DeviceRow => {
      const spans = traced.get(device)?.spans ?? [];
      return {
        round,
        device,
        bandwidthHz: bandwidthHz?.[index] ?? null,
        rateBitsPerSecond: rateBitsPerSecond?.[index] ?? null,
        joules: joules?.[index] ?? null,
        loss: loss[index],
        gradientNorm: gradientNorm[index],
        stages: spans.length === 0 ? undefined : tracedSeconds(spans),
      };
    });
  });
  return { columns: RUN_DEVICE_COLUMNS, rows };
}
