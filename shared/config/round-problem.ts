import { roundChannel } from '#shared/channel/scenario.ts';
import { controlV } from '#shared/scheduling/control-schedule.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import type { RoundPlan } from '#shared/scheduling/round-plan.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { roundBudgetSeconds, scaledControlSchedule } from '#shared/scheduling/settings.ts';
import type { RunConfig } from './run-config.ts';

export interface PlannedRound {
  readonly problem: RoundProblem;
  readonly plan: RoundPlan;
}

/**
 * Draws a round's channel and plans the round, as a run's settings ask.
 *
 * @param payloadBits what a device transmits in a round [bit]
 * @param queueSeconds the virtual queue before the round
 * @throws InfeasibleError when the devices that must take part cannot.
 */
export function planConfiguredRound(
  config: Pick<RunConfig, 'seed' | 'channel' | 'scheduling'> & {
    readonly training: { readonly devices: number };
  },
  payloadBits: number,
  round: number,
  queueSeconds: number,
): PlannedRound {
  const { seed, channel, scheduling, training } = config;
  const delayBudgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
  const problem = {
    ...roundChannel(channel, seed, training.devices, round),
    payloadBits,
    delayBudgetSeconds,
    controlV: controlV(scaledControlSchedule(scheduling, delayBudgetSeconds), round),
    queueSeconds,
    minimumDevices: scheduling.minimumDevices,
  };
  const context = { seed, round, deviceCount: scheduling.devicesPerRound };
  return { problem, plan: planRound(scheduling.policy, problem, context) };
}
