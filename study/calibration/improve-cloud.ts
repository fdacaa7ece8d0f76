import { containerCost, functionCost } from '../../emulator/compute/cost-model.ts';
import type { CloudParameters } from '../../emulator/parameters/cloud-parameters.ts';
import type { Stage } from '../../shared/protocol/stages.ts';
import { studyWorkload } from '../model/study-workload.ts';
import type { StudySettings } from '../settings/study-schema.ts';

/** Work is scaled by no more than this at once, and never to nothing. */
const LARGEST_FACTOR = 20;

/** Backward passes that a device waits for, in the order of magnitude: only the length of a step depends on it. */
const WAITS_FOR_OTHERS = 4;

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
  // From the last answer to the aggregation there is nothing but requests to the store.
  const storeFactor = ratio(measured.waitingForSlowest, predicted.waitingForSlowest) ** damping;
  return {
    ...cloud,
    cost: improvedCost(settings, missingMs),
    // A device's way has two of these waits in it. What it waits for the encoder follows from the encoder's work.
    queue: { ...queue, receiveLatencyMs: atLeastZero(queue.receiveLatencyMs + missingMs('queueWait') / 2) },
    store: {
      ...store,
      getLatencyMs: store.getLatencyMs * storeFactor,
      putLatencyMs: store.putLatencyMs * storeFactor,
      megabytesPerSecond: store.megabytesPerSecond / storeFactor,
    },
  };
}

/** Work is scaled so that its stage would be right if nothing else in the stage changed. */
function improvedCost(settings: StudySettings, missingMs: (stage: Stage) => number): CloudParameters['cost'] {
  const { cloud } = settings;
  const { schedule, embed, forward, head, backward, aggregate } = studyWorkload(settings);
  const device = functionCost(cloud.cost, cloud.device.memoryMegabytes);
  const container = containerCost(cloud.cost);
  const stages: readonly (readonly [Stage, CostStage, number])[] = [
    ['scheduling', 'schedule', functionCost(cloud.cost, cloud.scheduler.memoryMegabytes)(schedule)],
    ['deviceCompute', 'embed', device(embed)],
    ['encoderCompute', 'forward', container(forward)],
    ['headCompute', 'head', device(head)],
    ['backwardAndAggregation', 'aggregate', container(aggregate(settings.devices))],
    // A device waits for the work on others: how long the backward pass holds the encoder shows in the waits.
    ['encoderWait', 'backward', WAITS_FOR_OTHERS * container(backward)],
  ];
  const improved = { ...cloud.cost };
  for (const [stage, work, nowMs] of stages) {
    const factor = ratio(nowMs + missingMs(stage), nowMs);
    const { fixedMs, itemMs, gigaflopsPerSecond } = cloud.cost[work];
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
