import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import type { LambdaFunction } from '#shared/protocol/functions.ts';

type CostStage = keyof CloudParameters['cost'];
type Change = (cloud: CloudParameters, factor: number) => CloudParameters;

/** Scales the whole cost of a stage: a run does not separate its fixed part, items and operations. */
const work =
  (stage: CostStage): Change =>
  (cloud, factor) => {
    const { fixedMs, itemMs, gigaflopsPerSecond } = cloud.cost[stage];
    const scaled = {
      fixedMs: fixedMs * factor,
      itemMs: itemMs * factor,
      gigaflopsPerSecond: gigaflopsPerSecond / factor,
    };
    return { ...cloud, cost: { ...cloud.cost, [stage]: scaled } };
  };

const invocation =
  (name: LambdaFunction): Change =>
  (cloud, factor) => ({
    ...cloud,
    [name]: { ...cloud[name], invokeLatencyMs: cloud[name].invokeLatencyMs * factor },
  });

/** The changes that a calibration may make, each with its own factor. */
const CHANGES: readonly Change[] = [
  work('schedule'),
  work('embed'),
  work('forward'),
  work('head'),
  work('backward'),
  work('aggregate'),
  ({ queue, ...cloud }, factor) => ({
    ...cloud,
    queue: { ...queue, sendLatencyMs: queue.sendLatencyMs * factor },
  }),
  ({ queue, ...cloud }, factor) => ({
    ...cloud,
    queue: { ...queue, receiveLatencyMs: queue.receiveLatencyMs * factor },
  }),
  invocation('scheduler'),
  invocation('device'),
  ({ platform, ...cloud }, factor) => ({
    ...cloud,
    platform: {
      ...platform,
      coldStartPlatformMs: platform.coldStartPlatformMs * factor,
      coldStartRuntimeMs: platform.coldStartRuntimeMs * factor,
      coldStartMsPerMegabyte: platform.coldStartMsPerMegabyte * factor,
    },
  }),
  ({ store, ...cloud }, factor) => ({
    ...cloud,
    store: {
      ...store,
      getLatencyMs: store.getLatencyMs * factor,
      megabytesPerSecond: store.megabytesPerSecond / factor,
    },
  }),
  ({ store, ...cloud }, factor) => ({
    ...cloud,
    store: { ...store, putLatencyMs: store.putLatencyMs * factor },
  }),
];

/** Number of factors that {@link fittedCloud} takes. */
export const FACTOR_COUNT = CHANGES.length;

/** A cloud with its fitted parameters multiplied by these factors. */
export function fittedCloud(start: CloudParameters, factors: readonly number[]): CloudParameters {
  return CHANGES.reduce((cloud, change, index) => change(cloud, factors[index]), start);
}
