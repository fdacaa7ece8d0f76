import type { RoundTrace, TracedDevice } from '#shared/protocol/round-trace.ts';
import type { PointResult, RoundResult } from '#study/model/run-point.ts';
import type { StudyPoint } from '#study/points/points.ts';
import { stageColumns } from './stage-columns.ts';
import type { CellValue, Column, Table } from './table.ts';
import { tracedSeconds } from './traced-seconds.ts';

/** One run of one point; the repetition is counted from 0. */
interface PointRun {
  readonly point: StudyPoint;
  readonly repeat: number;
}

interface RoundRow extends PointRun {
  readonly result: RoundResult;
}

interface DeviceRow extends PointRun {
  readonly round: number;
  readonly traced: TracedDevice;
  readonly stages: ReadonlyMap<string, number>;
}

const QUANTILES = ['mean', 'p50', 'p90', 'p99', 'max'] as const;

/** Columns that name the run of a point. */
const POINT_COLUMNS: readonly Column<PointRun>[] = [
  {
    name: 'point',
    type: 'integer',
    description: 'number of the point, from 1',
    value: ({ point }) => point.index + 1,
  },
  {
    name: 'repeat',
    type: 'integer',
    description: 'number of the repetition, from 1',
    value: ({ repeat }) => repeat + 1,
  },
  {
    name: 'devices',
    type: 'integer',
    description: 'devices of the point',
    value: ({ point }) => point.settings.training.devices,
  },
  {
    name: 'policy',
    type: 'text',
    description: 'scheduling policy',
    value: ({ point }) => point.settings.scheduling.policy,
  },
];

const number = (
  name: string,
  description: string,
  value: (row: RoundResult) => number | null,
): Column<RoundRow> => ({ name, type: 'number', description, value: ({ result }) => value(result) });

const integer = (
  name: string,
  description: string,
  value: (row: RoundResult) => number,
): Column<RoundRow> => ({ name, type: 'integer', description, value: ({ result }) => value(result) });

/** Columns of the table of rounds of a study, after the varied settings. */
export const STUDY_ROUND_COLUMNS: readonly Column<RoundRow>[] = [
  ...POINT_COLUMNS,
  integer('round', 'number of the round, from 1', ({ round }) => round + 1),
  integer('scheduled', 'devices in the plan', ({ scheduled }) => scheduled),
  integer('answered', 'devices whose answer counts', ({ answered }) => answered),
  number('delay_s', 'planned radio time of the slowest scheduled device', ({ delaySeconds }) => delaySeconds),
  number(
    'delay_budget_s',
    'average delay that the controller keeps',
    ({ delayBudgetSeconds }) => delayBudgetSeconds,
  ),
  number(
    'delay_limit_s',
    'the most that the delay could be; empty without a limit',
    ({ control }) => control.delayLimitSeconds,
  ),
  number(
    'forced_s',
    'delay above the limit that minimumDevices made necessary',
    ({ control }) => control.forcedSeconds,
  ),
  number(
    'account_s',
    'delays of the rounds so far less their budgets',
    ({ control }) => control.nextAccountSeconds,
  ),
  number(
    'virtual_queue_s',
    "the paper's virtual queue after the round",
    ({ nextQueueSeconds }) => nextQueueSeconds,
  ),
  number('control_v', 'V in the objective', ({ controlV }) => controlV),
  number('energy_j', 'energy of all scheduled devices', ({ joules }) => joules),
  number(
    'round_s',
    'from the start of the round to its commit',
    ({ latency, commitMs }) => latency.roundNanoseconds / 1e9 + commitMs / 1e3,
  ),
  number('commit_s', 'from the close of the round to its commit', ({ commitMs }) => commitMs / 1e3),
  ...stageColumns<RoundRow>(
    (stage) => `critical_${stage}_s`,
    (stage) => `stage ${stage} on the critical path`,
    ({ result }, stage) => result.latency.criticalPathNanoseconds[stage] / 1e9,
  ),
  ...QUANTILES.flatMap((quantile) =>
    stageColumns<RoundRow>(
      (stage) => `${quantile}_${stage}_s`,
      (stage) => `stage ${stage}, ${quantile} of the devices that answered`,
      ({ result }, stage) => result.latency.stages[stage][quantile] / 1e3,
    ),
  ),
  ...QUANTILES.map((quantile) =>
    number(
      `${quantile}_completion_s`,
      `time until a device had finished its part, ${quantile} of the devices that answered`,
      ({ latency }) => latency.completion[quantile] / 1e3,
    ),
  ),
  integer('cold_starts', 'cold starts of functions', ({ coldStarts }) => coldStarts),
  number('queue_usd', 'cost of queue requests', ({ bill }) => bill.queueUsd),
  number('function_usd', 'cost of functions', ({ bill }) => bill.functionUsd),
  number('store_usd', 'cost of object requests', ({ bill }) => bill.storeUsd),
  number('container_usd', "cost of the encoder's containers", ({ bill }) => bill.containerUsd),
  number('transfer_usd', 'cost of features sent to the devices', ({ bill }) => bill.transferUsd),
  number('total_usd', 'sum of the costs', ({ bill }) => bill.totalUsd),
];

/** Columns of the table of devices of a study, after the varied settings. */
export const STUDY_DEVICE_COLUMNS: readonly Column<DeviceRow>[] = [
  ...POINT_COLUMNS,
  { name: 'round', type: 'integer', description: 'number of the round, from 1', value: ({ round }) => round },
  {
    name: 'device',
    type: 'integer',
    description: 'number of the device, from 0',
    value: ({ traced }) => traced.device,
  },
  {
    name: 'answered',
    type: 'boolean',
    description: 'whether its answer counts',
    value: ({ traced }) => traced.answered,
  },
  {
    name: 'rate_bit_per_s',
    type: 'number',
    description: 'its rate, for all three transmissions',
    value: ({ traced }) => traced.rateBitsPerSecond,
  },
  ...stageColumns<DeviceRow>(
    (stage) => `${stage}_s`,
    (stage) => `its time in stage ${stage}`,
    ({ stages }, stage) => stages.get(stage) ?? 0,
  ),
];

/** One row for each round of each run of each point. */
export function studyRoundTable(
  points: readonly StudyPoint[],
  results: readonly (readonly PointResult[])[],
): Table<RoundRow> {
  const rows = points.flatMap((point, index) =>
    results[index].flatMap((run, repeat) => run.rounds.map((result) => ({ point, repeat, result }))),
  );
  return { columns: [...variedColumns(points), ...STUDY_ROUND_COLUMNS], rows };
}

/** A traced round of one run of a point. */
export interface TracedPointRound extends PointRun {
  readonly trace: RoundTrace;
}

/** One row for each scheduled device of each traced round. */
export function studyDeviceTable(
  points: readonly StudyPoint[],
  traces: readonly TracedPointRound[],
): Table<DeviceRow> {
  const rows = traces.flatMap(({ point, repeat, trace }) =>
    trace.devices.map((traced) => ({
      point,
      repeat,
      round: trace.round,
      traced,
      stages: tracedSeconds(traced.spans),
    })),
  );
  return { columns: [...variedColumns(points), ...STUDY_DEVICE_COLUMNS], rows };
}

/** One column for each swept setting, named by its path. Settings that are not numbers are text. */
function variedColumns(points: readonly StudyPoint[]): readonly Column<PointRun>[] {
  return Object.keys(points[0]?.varied ?? {}).map((path) => {
    const isNumeric = points.every(({ varied }) => typeof varied[path] === 'number');
    return {
      name: path,
      type: isNumeric ? 'number' : 'text',
      description: 'the swept setting of this path',
      value: ({ point }): CellValue => cellOf(point.varied[path]),
    };
  });
}

function cellOf(value: unknown): CellValue {
  if (value === undefined || value === null) return null;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}
