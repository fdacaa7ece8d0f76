import { planValues, type RoundPlan, requirePlannable } from './plan-round.ts';
import { allocateByPlugin, type PluginContext } from './plugin/allocate-by-plugin.ts';
import type { PolicyPlugin } from './plugin/policy-plugin.ts';
import type { RoundProblem } from './round-problem.ts';

/**
 * As {@link file://./plan-round.ts planRound}, with the policy of a plug-in. Its plan is checked.
 *
 * @throws PluginError naming the plug-in and the round
 */
export async function planRoundByPlugin(
  plugin: PolicyPlugin,
  problem: RoundProblem,
  context: PluginContext,
): Promise<RoundPlan> {
  requirePlannable(problem, context);
  const allocation = await allocateByPlugin(plugin, problem, context);
  return { policy: plugin.record.name, ...allocation, ...planValues(problem, allocation, undefined) };
}
