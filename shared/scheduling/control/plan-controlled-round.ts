import { ProtocolError } from '#shared/errors.ts';
import type { RoundContext } from '#shared/scheduling/context/round-context.ts';
import { planRound, type RoundPlan } from '#shared/scheduling/plan-round.ts';
import { planRoundByPlugin } from '#shared/scheduling/plan-round-by-plugin.ts';
import type { PolicyState } from '#shared/scheduling/plugin/check-plan.ts';
import { type PolicyChoice, queueOf } from '#shared/scheduling/plugin/policy-choice.ts';
import type { PolicyPlugin } from '#shared/scheduling/plugin/policy-plugin.ts';
import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { LinkProblem, RoundProblem } from '#shared/scheduling/round-problem.ts';
import { type BudgetValue, budgetValue } from './budget-value.ts';
import type { ControlLaw } from './control-law.ts';
import { type ControlState, nextControlState } from './control-state.ts';
import { lookAhead } from './look-ahead.ts';
import {
  budgetControl,
  type ControlSettings,
  paperControl,
  type RoundControl,
  type RoundOfRun,
} from './round-control.ts';

/** One round of a run, with its control settings and state. */
export interface ControlledRound extends RoundOfRun {
  readonly link: LinkProblem;
  /** b [s]. */
  readonly budgetSeconds: number;
  readonly minimumDevices: number;
  readonly settings: ControlSettings;
  /** Required for policies with a {@link controlledRule}. */
  readonly law: ControlLaw | undefined;
  /**
   * The {@link budgetValue} of the law, for callers that plan many rounds with one law. Without it, its
   * tables are computed for this round.
   */
  readonly budgetValue?: BudgetValue | undefined;
  readonly state: ControlState;
  readonly context: RoundContext;
}

/** The recorded quantities of the controller in a round. */
export interface ControlRecord {
  /** Z before and after the round [s]. */
  readonly accountSeconds: number;
  readonly nextAccountSeconds: number;
  /** q of the objective [s]. */
  readonly pricingQueueSeconds: number;
  /** The round's delay limit [s]; null without a limit. */
  readonly delayLimitSeconds: number | null;
  /** Delay above the limit that `minimumDevices` forced [s]; 0 if there was none. */
  readonly forcedSeconds: number;
}

/** A round's plan, with the controller's record and next state. */
export interface ControlledPlan {
  readonly plan: RoundPlan;
  /** V_t [s^2]. */
  readonly controlV: number;
  readonly record: ControlRecord;
  readonly next: ControlState;
}

/**
 * The policy's rule if its delay is priced by the law of the channel: it has a virtual queue, and the queue
 * starts at the placeholder. Otherwise undefined.
 */
export function controlledRule(
  policy: PolicyChoice,
  { initialQueue }: Pick<ControlSettings, 'initialQueue'>,
): QueueRule | undefined {
  return initialQueue === 'placeholder' ? queueOf(policy) : undefined;
}

/**
 * Sets the round's price of delay and its delay limit, and plans the round. Price and limit have no effect on
 * a policy without a virtual queue; for it, V and q are those of the paper's control, and they are only
 * recorded.
 *
 * @throws ConfigError, InfeasibleError as {@link planRound}
 * @throws ProtocolError if the policy needs a law and the run record has none
 */
export function planControlledRound(policy: PolicyName, round: ControlledRound): ControlledPlan {
  const control = controlOf(round, controlledRule(policy, round.settings));
  const plan = planRound(policy, problemOf(round, control), round.context);
  if (control.chosenDelaySeconds === undefined) return controlled(round, control, plan);
  const objective = plan.objective - control.queueSeconds * plan.delaySeconds;
  return controlled(round, control, { ...plan, objective });
}

/**
 * As {@link planControlledRound}, with the policy of a plug-in. V and q are those of the paper's control, and
 * there is no delay limit: the plug-in decides how it limits the delay.
 *
 * @param policyState the plug-in's state after the previous round; undefined in the first round
 * @throws PluginError naming the plug-in and the round
 */
export async function planControlledRoundByPlugin(
  plugin: PolicyPlugin,
  round: ControlledRound,
  policyState: PolicyState | undefined,
): Promise<ControlledPlan> {
  const control = controlOf(round, undefined);
  const plan = await planRoundByPlugin(plugin, problemOf(round, control), {
    ...round.context,
    rounds: round.rounds,
    accountSeconds: round.state.accountSeconds,
    state: policyState,
  });
  return controlled(round, control, plan);
}

function problemOf(
  { link, budgetSeconds, minimumDevices }: ControlledRound,
  control: RoundControl,
): RoundProblem {
  const { controlV, queueSeconds, delayLimitSeconds, chosenDelaySeconds } = control;
  const common = { ...link, controlV, delayBudgetSeconds: budgetSeconds, minimumDevices };
  // If looking ahead has chosen the delay, q = 0 makes the policy take the largest set within that delay.
  return chosenDelaySeconds === undefined
    ? { ...common, queueSeconds, delayLimitSeconds }
    : { ...common, queueSeconds: 0, delayLimitSeconds: chosenDelaySeconds };
}

function controlled(round: ControlledRound, control: RoundControl, plan: RoundPlan): ControlledPlan {
  const { budgetSeconds, minimumDevices, state } = round;
  const excess = plan.delaySeconds - (control.delayLimitSeconds ?? Number.POSITIVE_INFINITY);
  const forced = plan.selected.length > 0 && plan.selected.length <= minimumDevices && excess > 0;
  const next = nextControlState(state, plan.delaySeconds, budgetSeconds);
  return {
    plan,
    controlV: control.controlV,
    record: {
      accountSeconds: state.accountSeconds,
      nextAccountSeconds: next.accountSeconds,
      pricingQueueSeconds: control.queueSeconds,
      delayLimitSeconds: control.delayLimitSeconds ?? null,
      forcedSeconds: forced ? excess : 0,
    },
    next,
  };
}

function controlOf(round: ControlledRound, rule: QueueRule | undefined): RoundControl {
  const { settings, law, state, budgetSeconds } = round;
  if (rule === undefined) {
    return paperControl(settings, state, round.round, budgetSeconds);
  }
  if (law === undefined) {
    throw new ProtocolError('has no law of its channel, which its policy needs.', {
      subject: 'run record',
      remedy: 'If another version of airtune wrote it, use that version or start a new run.',
    });
  }
  const control = budgetControl(settings, law, state, round, budgetSeconds);
  const value = round.budgetValue ?? budgetValue(rule, law, settings, budgetSeconds);
  return value === undefined ? control : lookAhead(control, value, round.link, round, budgetSeconds);
}
