import { containerCost, functionCost } from '../../emulator/compute/cost-model.ts';
import type { CloudParameters } from '../../emulator/parameters/cloud-parameters.ts';
import type { Stage } from '../../shared/protocol/stages.ts';
import { studyWorkload } from '../model/study-workload.ts';
import type { StudySettings } from '../settings/study-schema.ts';

/** Of a step, how much is taken: parts that share a stage would otherwise overshoot together. */
const DAMPING = 0.8;
/** Work is scaled by no more than this at once, and never to nothing. */
const LARGEST_FACTOR = 20;

type Seconds = Readonly<Record<Stage, number>>;
type CostStage = keyof CloudParameters['cost'];

/** One step of a calibration: each part's parameter moved by what its stage is wrong. */
export function improveCloud(
  settings: StudySettings,
  predicted: Seconds,
  measured: Seconds,
): CloudParameters {
  const { cloud } = settings;
  const { queue, encoder, store } = cloud;
  const missingMs = (stage: Stage): number => DAMPING * 1000 * (measured[stage] - predicted[stage]);
  // From the last answer to the aggregation there is nothing but requests to the store.
  const storeFactor = ratio(measured.waitingForSlowest, predicted.waitingForSlowest) ** DAMPING;
  return {
    ...cloud,
    cost: improvedCost(settings, missingMs),
    // A device's way has two waits of each kind in it.
    queue: { ...queue, receiveLatencyMs: atLeastZero(queue.receiveLatencyMs + missingMs('queueWait') / 2) },
    encoder: {
      ...encoder,
      batchWindowMs: atLeastZero(
        encoder.batchWindowMs + (missingMs('encoderWait') - missingMs('queueWait')) / 2,
      ),
    },
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
  const { schedule, embed, forward, head, backward } = studyWorkload(settings);
  const device = functionCost(cloud.cost, cloud.device.memoryMegabytes);
  const container = containerCost(cloud.cost);
  const stages: readonly (readonly [Stage, CostStage, number])[] = [
    ['scheduling', 'schedule', functionCost(cloud.cost, cloud.scheduler.memoryMegabytes)(schedule)],
    ['deviceCompute', 'embed', device(embed)],
    ['encoderCompute', 'forward', container(forward)],
    ['headCompute', 'head', device(head)],
    ['backwardAndAggregation', 'backward', container(backward)],
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
