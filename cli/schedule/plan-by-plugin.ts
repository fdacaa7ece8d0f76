import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '#shared/plugins/named-plugin.ts';
import type { PluginReference } from '#shared/plugins/plugin-reference.ts';
import type { RoundContext } from '#shared/scheduling/context/round-context.ts';
import type { RoundPlan } from '#shared/scheduling/plan-round.ts';
import { planRoundByPlugin } from '#shared/scheduling/plan-round-by-plugin.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';

/** Plans the round by a policy plug-in with its default settings. */
export async function planByPlugin(
  reference: PluginReference,
  problem: RoundProblem,
  context: RoundContext,
): Promise<RoundPlan> {
  const plugins = new FilePlugins();
  try {
    const record = await plugins.describe(POLICY_CONTRACT, reference, {}, DEFAULT_TIMEOUT_SECONDS);
    const alone = { ...context, rounds: null, accountSeconds: null, state: undefined };
    const policy = await plugins.open(POLICY_CONTRACT, record, DEFAULT_TIMEOUT_SECONDS);
    return await planRoundByPlugin(policy, problem, alone);
  } finally {
    await plugins.close();
  }
}
