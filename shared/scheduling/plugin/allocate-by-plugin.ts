import { powerOfDevice } from '#shared/channel/radio-channel.ts';
import { type FactName, type RoundContext, requireFact } from '#shared/scheduling/context/round-context.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { checkPlan, type PluginAllocation, type PolicyState } from './check-plan.ts';
import type { PolicyRound } from './define-policy.ts';
import type { PolicyPlugin } from './policy-plugin.ts';

/** Inputs of a policy plug-in in addition to the problem. */
export interface PluginContext extends RoundContext {
  /** Number of rounds of the run; null if one round is planned without a run. */
  readonly rounds: number | null;
  /** Z [s]; null if one round is planned without a run. */
  readonly accountSeconds: number | null;
  /** The state that the plug-in returned in the previous round. */
  readonly state: PolicyState | undefined;
}

/**
 * The allocation of a policy plug-in, checked.
 *
 * @throws PluginError naming the plug-in and the round
 * @throws ConfigError for a fact that the plug-in needs and the round does not have
 */
export async function allocateByPlugin(
  plugin: PolicyPlugin,
  problem: RoundProblem,
  context: PluginContext,
): Promise<PluginAllocation> {
  const { subject, record } = plugin;
  const place = `round ${context.round + 1}`;
  const round = policyRound(record.name, record.needs, problem, context);
  const args = [round, record.settings, context.state];
  return checkPlan(await plugin.call(args, place), problem, `${subject}, ${place}`);
}

function policyRound(
  policy: string,
  needs: readonly FactName[],
  problem: RoundProblem,
  context: PluginContext,
): PolicyRound {
  const devices = problem.channelGain.length;
  const facts: Partial<Record<FactName, Float64Array>> = {};
  for (const name of needs) facts[name] = Float64Array.from(requireFact(policy, context, name, devices));
  return {
    round: context.round,
    rounds: context.rounds,
    seed: context.seed,
    devices,
    channelGain: Float64Array.from(problem.channelGain),
    powerWatts: Float64Array.from({ length: devices }, (_, device) => powerOfDevice(problem, device)),
    noiseWattsPerHz: problem.noiseWattsPerHz,
    bandwidthHz: problem.bandwidthHz,
    payloadBits: problem.payloadBits,
    delayBudgetSeconds: problem.delayBudgetSeconds,
    accountSeconds: context.accountSeconds,
    queueSeconds: problem.queueSeconds,
    controlV: problem.controlV,
    minimumDevices: problem.minimumDevices ?? 0,
    devicesPerRound: context.deviceCount,
    facts,
  };
}
