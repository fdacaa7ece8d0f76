import { containerCost, functionCost } from '../../emulator/compute/cost-model.ts';
import type { CloudParameters } from '../../emulator/parameters/cloud-parameters.ts';
import type { Stage } from '../../shared/protocol/stages.ts';
import { studyWorkload } from '../model/study-workload.ts';
import type { StudySettings } from '../settings/study-schema.ts';

/** Work is scaled by no more than this at once, and never to nothing. */
const LARGEST_FACTOR = 20;

/** Backward passes that a device waits for, in the order of magnitude: only the length of a step depends on it. */
const WAITS_FOR_OTHERS = 4;

/** Objects that the scheduler reads before it plans. */
const GETS_BEFORE_PLAN = 5;
/** Objects that the encoder reads for one answer; the aggregation then reads every answer. */
const GETS_OF_ANSWER = 2;

type Seconds = Readonly<Record<Stage, number>>;
type CostStage = keyof CloudParameters['cost'];

/**
 * One step of a calibration: each part's parameter moved by what its stage is wrong.
 *
 * @param damping how much of the step is taken, 0 to 1
 */
export function improveCloud(
  settings: StudySettings,
  predicted: Seconds,
  measured: Seconds,
  damping: number,
): CloudParameters {
  const { cloud } = settings;
  const { queue, store } = cloud;
  const missingMs = (stage: Stage): number => damping * 1000 * (measured[stage] - predicted[stage]);
  const works = worksOf(settings);
  return {
    ...cloud,
    cost: improvedCost(cloud.cost, works, missingMs),
    // A device's way has two of these waits in it. What it waits for the encoder follows from the encoder's work.
    queue: { ...queue, receiveLatencyMs: atLeastZero(queue.receiveLatencyMs + missingMs('queueWait') / 2) },
    store: improvedStore(
      store,
      ratio(measured.waitingForSlowest, predicted.waitingForSlowest) ** damping,
      Math.max(
        surplusMs(works, 'scheduling', missingMs) / GETS_BEFORE_PLAN,
        surplusMs(works, 'backwardAndAggregation', missingMs) / (GETS_OF_ANSWER + settings.devices),
      ),
    ),
  };
}

/**
 * The store's latencies. From the last answer to the aggregation there is nothing but requests, two that write and three that
 * read: that wait says how long they take together, and where reading alone takes longer than a whole stage, time moves from
 * reading to writing.
 */
function improvedStore(
  store: CloudParameters['store'],
  factor: number,
  readSurplusMs: number,
): CloudParameters['store'] {
  const getLatencyMs = store.getLatencyMs * factor;
  const movedMs = Math.min(0.8 * getLatencyMs, readSurplusMs);
  return {
    ...store,
    getLatencyMs: getLatencyMs - movedMs,
    putLatencyMs: store.putLatencyMs * factor + (3 / 2) * movedMs,
    megabytesPerSecond: store.megabytesPerSecond / factor,
  };
}

interface StageWork {
  readonly stage: Stage;
  readonly work: CostStage;
  /** What the work takes now. */
  readonly nowMs: number;
}

function worksOf(settings: StudySettings): readonly StageWork[] {
  const { cloud, devices } = settings;
  const { schedule, embed, forward, head, backward, aggregate } = studyWorkload(settings);
  const scheduler = functionCost(cloud.cost, cloud.scheduler.memoryMegabytes);
  const device = functionCost(cloud.cost, cloud.device.memoryMegabytes);
  const container = containerCost(cloud.cost);
  return [
    { stage: 'scheduling', work: 'schedule', nowMs: scheduler(schedule) },
    { stage: 'deviceCompute', work: 'embed', nowMs: device(embed) },
    { stage: 'encoderCompute', work: 'forward', nowMs: container(forward) },
    { stage: 'headCompute', work: 'head', nowMs: device(head) },
    { stage: 'backwardAndAggregation', work: 'aggregate', nowMs: container(aggregate(devices)) },
    // A device waits for the work on others: how long the backward pass holds the encoder shows in the waits.
    { stage: 'encoderWait', work: 'backward', nowMs: WAITS_FOR_OTHERS * container(backward) },
  ];
}

/** By how much a stage would still be too long if its work took no time. */
function surplusMs(works: readonly StageWork[], of: Stage, missingMs: (stage: Stage) => number): number {
  const nowMs = works.find(({ stage }) => stage === of)?.nowMs ?? 0;
  return Math.max(0, -missingMs(of) - nowMs);
}

/** Work is scaled so that its stage would be right if nothing else in the stage changed. */
function improvedCost(
  cost: CloudParameters['cost'],
  works: readonly StageWork[],
  missingMs: (stage: Stage) => number,
): CloudParameters['cost'] {
  const improved = { ...cost };
  for (const { stage, work, nowMs } of works) {
    const factor = ratio(nowMs + missingMs(stage), nowMs);
    const { fixedMs, itemMs, gigaflopsPerSecond } = cost[work];
    improved[work] = {
      fixedMs: fixedMs * factor,
      itemMs: itemMs * factor,
      gigaflopsPerSecond: gigaflopsPerSecond / factor,
    };
  }
  return improved;
}

function ratio(wanted: number, now: number): number {
  if (now <= 0) return 1;
  return Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, wanted / now));
}

function atLeastZero(value: number): number {
  return Math.max(0, value);
}
