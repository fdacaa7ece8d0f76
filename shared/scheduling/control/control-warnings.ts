import { type PolicyChoice, queueOf } from '#shared/scheduling/plugin/policy-choice.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import type { ControlSummary } from './control-summary.ts';
import type { InitialQueue } from './round-control.ts';

/** Settings that explain the controller's behaviour. */
export interface ControlFacts {
  readonly policy: PolicyChoice;
  /** The name of a policy plug-in; left out for a policy of the registry. */
  readonly policyName?: string | undefined;
  readonly initialQueue: InitialQueue;
  /** d, in budgets. */
  readonly debt: number;
  readonly minimumDevices: number;
  /** Whether all rounds have the same channel. */
  readonly steadyChannel: boolean;
}

/** Empty rounds are reported if they exceed this fraction of all rounds. */
const MANY_EMPTY = 0.2;
/** A budget exceeded by less than this fraction is not reported. */
const ROUNDING = 1e-6;

/**
 * Warnings about a run's control, one sentence each, with cause and remedy: mean delay over the budget,
 * rounds forced over their limit, and many empty rounds.
 */
export function controlWarnings(summary: ControlSummary, facts: ControlFacts): readonly string[] {
  return [...overBudget(summary, facts), ...forced(summary, facts), ...empty(summary, facts)];
}

function overBudget(summary: ControlSummary, facts: ControlFacts): readonly string[] {
  const { meanDelaySeconds, budgetSeconds, rounds, firstDelaySeconds } = summary;
  const promised = isControlled(facts) ? facts.debt / rounds : 0;
  const excess = meanDelaySeconds / budgetSeconds - 1;
  if (excess <= promised + ROUNDING) return [];
  const start = `over budget by ${percent(excess)}: `;
  if (queueOf(facts.policy) === undefined) {
    return isPolicyName(facts.policy)
      ? [`${start}policy ${facts.policy} ignores the average delay.`]
      : [`${start}the plans of policy ${facts.policyName ?? facts.policy} exceed it.`];
  }
  if (facts.initialQueue === 'zero') {
    return [
      `${start}a queue that starts at zero gives delay no price in round 1, which took ` +
        `${(firstDelaySeconds / budgetSeconds).toPrecision(3)} budgets. Leave scheduling.initialQueue at placeholder.`,
    ];
  }
  return [`${start}minimumDevices = ${facts.minimumDevices} needs more than the budget.`];
}

function forced({ forcedRounds, rounds, forcedSeconds, possible }: ControlSummary, facts: ControlFacts) {
  if (forcedRounds === 0) return [];
  const impossible =
    possible?.devicesPerRound === null
      ? ' No policy keeps the budget with so many; lower minimumDevices.'
      : '';
  return [
    `minimumDevices = ${facts.minimumDevices} forced ${forcedRounds} of ${rounds} rounds over the limit, by ` +
      `${forcedSeconds.toPrecision(3)} s in all.${impossible}`,
  ];
}

function empty({ emptyRounds, rounds }: ControlSummary, facts: ControlFacts): readonly string[] {
  if (emptyRounds <= MANY_EMPTY * rounds) return [];
  const start = `${emptyRounds} of ${rounds} rounds scheduled no device: `;
  if (queueOf(facts.policy) === undefined) return [`${start}no device meets the budget.`];
  if (facts.initialQueue === 'zero') {
    return [`${start}the virtual queue recovers the excess of earlier rounds.`];
  }
  if (facts.policy === 'convergence')
    return [`${start}even one device would cost too much of the budget. Raise the budget.`];
  const cause = facts.steadyChannel
    ? 'equal gains: the linear objective alternates between many devices and none'
    : 'the linear objective saves the budget for rounds with better channels';
  return [`${start}${cause}. Try scheduling.policy=convergence, or raise the budget.`];
}

function isControlled({ policy, initialQueue }: ControlFacts): boolean {
  return initialQueue === 'placeholder' && queueOf(policy) !== undefined;
}

function percent(part: number): string {
  const value = 100 * part;
  return `${value < 10 ? value.toPrecision(2) : value.toFixed(0)} %`;
}
