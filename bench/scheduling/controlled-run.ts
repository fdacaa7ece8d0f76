import type { FadingSettings } from '#shared/channel/fading.ts';
import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import {
  type ChannelRound,
  channelOfRound,
  drawScenario,
  nextChannelRound,
  radioChannel,
  type Scenario,
} from '#shared/channel/scenario.ts';
import { type ChannelSettings, channelSettings } from '#shared/channel/settings.ts';
import { boundedRound } from '#shared/scheduling/control/bounded-round.ts';
import { clairvoyantBound } from '#shared/scheduling/control/clairvoyant-bound.ts';
import { NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { delayCurve } from '#shared/scheduling/control/delay-curve.ts';
import { drawControlLaw } from '#shared/scheduling/control/draw-law.ts';
import { controlledRule, planControlledRound } from '#shared/scheduling/control/plan-controlled-round.ts';
import type { ControlSettings } from '#shared/scheduling/control/round-control.ts';
import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import { DEVICE_COUNT, PARTICIPATION } from '#shared/scheduling/utility.ts';

export const PAYLOAD_BITS = 3.9e6;

export interface Rounds {
  scenario: Scenario;
  channels: readonly RadioChannel[];
}

export function drawRounds(seed: number, devices: number, fading: FadingSettings, rounds: number): Rounds {
  const settings: ChannelSettings = { ...channelSettings.parse({}), fading };
  const scenario = drawScenario(settings, seed, devices);
  const channels: RadioChannel[] = [];
  let round: ChannelRound = channelOfRound(scenario, 0);
  for (let t = 0; t < rounds; t++) {
    channels.push(radioChannel(scenario, round));
    round = nextChannelRound(scenario, round);
  }
  return { scenario, channels };
}

export function budgetOfFit(rounds: Rounds, part: number): number {
  const count = rounds.scenario.meanGain.length;
  const size = Math.max(1, Math.round(part * count));
  const delays = rounds.channels
    .map((channel) => {
      const { sizes, delaySeconds } = delayCurve(channel, PAYLOAD_BITS, 0);
      let best = 0;
      sizes.forEach((s, i) => {
        if (Math.abs(s - size) < Math.abs(sizes[best] - size)) best = i;
      });
      return delaySeconds[best];
    })
    .sort((a, b) => a - b);
  return delays[Math.floor(delays.length / 2)];
}

export function runPolicy(
  rounds: Rounds,
  policy: PolicyName,
  budgetSeconds: number,
  debt: number,
  initialQueue: ControlSettings['initialQueue'] = 'placeholder',
) {
  const settings: ControlSettings = { initialQueue, debtSeconds: debt * budgetSeconds, schedule: undefined };
  const rule = controlledRule(policy, settings);
  const law =
    rule !== undefined
      ? drawControlLaw(rounds.scenario, { rule, payloadBits: PAYLOAD_BITS, minimumDevices: 0 })
      : undefined;
  let state = NOTHING_SPENT;
  let devices = 0;
  let utility = 0;
  let worst = 0;
  let empty = 0;
  rounds.channels.forEach((channel, round) => {
    const { plan, next } = planControlledRound({
      policy,
      link: { ...channel, payloadBits: PAYLOAD_BITS },
      budgetSeconds,
      minimumDevices: 0,
      settings,
      law,
      state,
      round,
      rounds: rounds.channels.length,
      context: { seed: 1, round, deviceCount: 1 },
    });
    devices += plan.selected.length;
    utility += PARTICIPATION.value(plan.selected.length);
    if (plan.selected.length === 0) empty++;
    state = next;
    worst = Math.max(worst, state.accountSeconds / budgetSeconds);
  });
  const count = rounds.channels.length;
  return {
    devices: devices / count,
    utility: utility / count,
    delay: 1 + state.accountSeconds / budgetSeconds / count,
    worst,
    empty,
  };
}

export function boundOf(rounds: Rounds, budgetSeconds: number): number {
  return (
    clairvoyantBound(
      rounds.channels.map((channel) =>
        boundedRound({ channel, payloadBits: PAYLOAD_BITS, minimumDevices: 0, utility: DEVICE_COUNT }),
      ),
      budgetSeconds,
    ) ?? Number.NaN
  );
}
