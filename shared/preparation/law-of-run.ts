import { drawScenario, hasMemory } from '#shared/channel/scenario.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import { drawControlLaw } from '#shared/scheduling/control/draw-law.ts';
import { controlledRule } from '#shared/scheduling/control/plan-controlled-round.ts';

/**
 * The law of the channel with which a run's scheduler prices delay, drawn once before the first round. Null
 * if the policy has no queue, if the queue starts at zero, or if fading is correlated. With correlated fading
 * the scheduler uses the law of the last rounds, which predict the next ones better.
 */
export function lawOfRun(
  { channel, scheduling, seed, training: { devices } }: RunConfig,
  payloadBits: RunRecord['payloadBits'],
): RunRecord['controlLaw'] {
  const rule = controlledRule(scheduling.policy, scheduling);
  if (rule === undefined || hasMemory(channel)) return null;
  const law = drawControlLaw(drawScenario(channel, seed, devices), {
    rule,
    payloadBits: totalPayloadBits({ payloadBits }),
    minimumDevices: scheduling.minimumDevices,
  });
  return {
    prices: [...law.prices],
    meanDelaySeconds: [...law.meanDelaySeconds],
    ...(law.delayCurves === undefined ? {} : { delayCurves: law.delayCurves.map((curve) => [...curve]) }),
  };
}
