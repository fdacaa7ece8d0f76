import type { RunChannel } from '#shared/channel/run-channel.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import { drawRunLaw } from '#shared/scheduling/control/draw-run-law.ts';
import { roundsNeeded } from '#shared/scheduling/control/law-of-last-rounds.ts';
import { controlledRule } from '#shared/scheduling/control/plan-controlled-round.ts';

/**
 * The law of the channel with which a run's scheduler prices delay, drawn once before the first round. Null
 * if the policy has no queue, if the queue starts at zero, or if rounds resemble each other. Then the
 * scheduler uses the law of the last rounds, which predict the next ones better.
 *
 * @throws PluginError naming a channel plug-in and the round
 */
export async function lawOfRun(
  { scheduling }: RunConfig,
  channel: RunChannel,
  payloadBits: RunRecord['payloadBits'],
): Promise<RunRecord['controlLaw']> {
  const rule = controlledRule(scheduling.policy, scheduling);
  if (rule === undefined || roundsNeeded(channel.scenario, channel.plugin) > 1) return null;
  const law = await drawRunLaw(channel, {
    rule,
    payloadBits: totalPayloadBits({ payloadBits }),
    minimumDevices: scheduling.minimumDevices,
  });
  return {
    prices: [...law.prices],
    meanDelaySeconds: [...law.meanDelaySeconds],
    ...(law.leastDelaySeconds === undefined ? {} : { leastDelaySeconds: law.leastDelaySeconds }),
    ...(law.delayCurves === undefined ? {} : { delayCurves: law.delayCurves.map((curve) => [...curve]) }),
  };
}
