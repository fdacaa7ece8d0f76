import type { FadingSettings } from '#shared/channel/fading.ts';
import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import {
  channelOfRound,
  drawScenario,
  nextChannelRound,
  radioChannel,
  type Scenario,
} from '#shared/channel/scenario.ts';
import { channelSettings } from '#shared/channel/settings.ts';
import { boundedRound } from '#shared/scheduling/control/bounded-round.ts';
import { budgetValue } from '#shared/scheduling/control/budget-value.ts';
import { clairvoyantBound } from '#shared/scheduling/control/clairvoyant-bound.ts';
import { NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { delayCurve } from '#shared/scheduling/control/delay-curve.ts';
import { drawControlLaw } from '#shared/scheduling/control/draw-law.ts';
import { controlledRule, planControlledRound } from '#shared/scheduling/control/plan-controlled-round.ts';
import type { ControlSettings, Horizon } from '#shared/scheduling/control/round-control.ts';
import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import { PARTICIPATION, type Utility } from '#shared/scheduling/utility.ts';

/** Payload of a device in a round [bit]. */
const PAYLOAD_BITS = 3.9e6;

/** The channels of a run, which all policies share. */
export interface DrawnRun {
  readonly scenario: Scenario;
  readonly channels: readonly RadioChannel[];
}

export function drawRun(seed: number, devices: number, fading: FadingSettings, rounds: number): DrawnRun {
  const scenario = drawScenario({ ...channelSettings.parse({}), fading }, seed, devices);
  const channels: RadioChannel[] = [];
  let round = channelOfRound(scenario, 0);
  while (channels.length < rounds) {
    channels.push(radioChannel(scenario, round));
    round = nextChannelRound(scenario, round);
  }
  return { scenario, channels };
}

/** Delay budget [s] at which this fraction of the devices fits in the median round. */
export function budgetOfFit({ channels }: DrawnRun, part: number): number {
  const delays = Float64Array.from(channels, (channel) => {
    const size = Math.max(1, Math.round(part * channel.channelGain.length));
    const { sizes, delaySeconds } = delayCurve(channel, PAYLOAD_BITS, 0);
    const index = sizes.findIndex((at) => at >= size);
    return delaySeconds[index];
  }).sort();
  return delays[Math.floor(delays.length / 2)];
}

/** Result of a policy on a run. */
export interface ControlledOutcome {
  readonly meanDevices: number;
  /** Mean of -1/|S|, -3/2 for an empty round. */
  readonly meanParticipation: number;
  /** Mean delay in budgets. */
  readonly delayInBudgets: number;
  /** Highest account, in budgets. */
  readonly highestAccount: number;
  /**
   * Largest excess of the mean delay over the guarantee after any number of rounds, in budgets; positive only
   * by rounding.
   */
  readonly brokenPromise: number;
}

export function runPolicy(
  run: DrawnRun,
  policy: PolicyName,
  budgetSeconds: number,
  debt: number,
  horizon: Horizon = 'run',
): ControlledOutcome {
  const settings: ControlSettings = {
    initialQueue: 'placeholder',
    horizon,
    debtSeconds: debt * budgetSeconds,
    schedule: undefined,
  };
  const rule = controlledRule(policy, settings);
  const question = { payloadBits: PAYLOAD_BITS, minimumDevices: 0 };
  const law = rule === undefined ? undefined : drawControlLaw(run.scenario, { rule, ...question });
  const value = budgetValue(rule, law, settings, budgetSeconds);
  const rounds = run.channels.length;
  let state = NOTHING_SPENT;
  let devices = 0;
  let participation = 0;
  let highestAccount = 0;
  let brokenPromise = Number.NEGATIVE_INFINITY;
  run.channels.forEach((channel, round) => {
    const { plan, next } = planControlledRound(policy, {
      link: { ...channel, payloadBits: PAYLOAD_BITS },
      budgetSeconds,
      minimumDevices: 0,
      settings,
      law,
      budgetValue: value,
      state,
      round,
      rounds,
      context: { seed: 1, round, deviceCount: 1 },
    });
    state = next;
    devices += plan.selected.length;
    participation += PARTICIPATION.value(plan.selected.length);
    const account = state.accountSeconds / budgetSeconds;
    highestAccount = Math.max(highestAccount, account);
    brokenPromise = Math.max(brokenPromise, (account - debt) / (round + 1));
  });
  return {
    meanDevices: devices / rounds,
    meanParticipation: participation / rounds,
    delayInBudgets: 1 + state.accountSeconds / budgetSeconds / rounds,
    highestAccount,
    brokenPromise,
  };
}

/** Clairvoyant bound: the highest mean utility of any policy whose mean delay is within the budget. */
export function boundOfRun({ channels }: DrawnRun, utility: Utility, budgetSeconds: number): number {
  const rounds = channels.map((channel) =>
    boundedRound({ channel, payloadBits: PAYLOAD_BITS, minimumDevices: 0, utility }),
  );
  return clairvoyantBound(rounds, budgetSeconds) ?? Number.NaN;
}
