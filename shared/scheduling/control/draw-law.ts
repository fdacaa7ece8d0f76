import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import { channelOfDevices, channelOfNoRound, type Scenario } from '#shared/channel/scenario.ts';
import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import { type ControlLaw, controlLaw } from './control-law.ts';
import { delayCurve } from './delay-curve.ts';
import { growthSteps } from './growth-steps.ts';

/**
 * Largest number of devices in a draw. If a run has more, a sample of its devices is drawn, and the band is
 * reduced in proportion to the number of devices.
 */
const MOST_DEVICES = 10_000;

/**
 * Number of devices to draw, summed over all draws. With it, ln Lambda has an error of 0.03, or of 0.1 for
 * few devices.
 */
const DEVICES_DRAWN = 640;
const MOST_DRAWS = 64;
const FEWEST_DRAWS = 2;

/**
 * In runs of at most LOOK_AHEAD_DEVICES devices, rules that look ahead get the delay curves of the first
 * LOOK_AHEAD_DRAWS draws.
 */
const LOOK_AHEAD_DEVICES = 50;
const LOOK_AHEAD_DRAWS = 32;

/**
 * What a law depends on beside the channel: the policy's rule, and the payload and minimum size of its plans.
 */
export interface LawQuestion {
  readonly rule: QueueRule;
  /** L [bit]. */
  readonly payloadBits: number;
  /** The fewest devices that a plan may schedule. */
  readonly minimumDevices: number;
}

/**
 * The law of a scenario with independent rounds, from drawn rounds that are not part of the run: positions
 * and shadowing are the run's, fading is drawn from other streams. Costs about as much as planning a few
 * rounds.
 */
export function drawControlLaw(scenario: Scenario, question: LawQuestion): ControlLaw {
  const count = scenario.meanGain.length;
  const devices = sampledDevices(count);
  const draws = scenario.settings.fading.kind === 'none' ? 1 : lawDraws(devices.length);
  const channels = Array.from({ length: draws }, (_, draw) => channelOfNoRound(scenario, devices, draw));
  return lawOfDraws(channels, count, question);
}

/**
 * The law of drawn rounds, which are not part of the run.
 *
 * @param channels the rounds, all with the same devices: all devices or a sample
 * @param count number of devices of the run
 */
export function lawOfDraws(
  channels: readonly RadioChannel[],
  count: number,
  question: LawQuestion,
): ControlLaw {
  const law = lawOfSamples(channels, count / channels[0].channelGain.length, question);
  if (question.rule.looksAhead !== true || count > LOOK_AHEAD_DEVICES || question.minimumDevices > 0)
    return law;
  const delayCurves = channels
    .slice(0, LOOK_AHEAD_DRAWS)
    .map((channel) => [...delayCurve(channel, question.payloadBits, 0).delaySeconds]);
  return { ...law, delayCurves };
}

/** Number of rounds to draw for a law, if each has this number of devices. */
export function lawDraws(devices: number): number {
  return Math.min(MOST_DRAWS, Math.max(FEWEST_DRAWS, Math.ceil(DEVICES_DRAWN / devices)));
}

/**
 * The law of the given rounds. With correlated fading these are the last rounds, which predict the next ones.
 */
export function lawOfRounds(rounds: readonly RadioChannel[], question: LawQuestion): ControlLaw {
  const count = rounds[0].channelGain.length;
  const devices = sampledDevices(count);
  const channels =
    devices.length === count ? rounds : rounds.map((channel) => channelOfDevices(channel, devices));
  return lawOfSamples(channels, count / devices.length, question);
}

/** @param scale number of devices that each device of the channels represents */
function lawOfSamples(
  channels: readonly RadioChannel[],
  scale: number,
  { rule, payloadBits, minimumDevices }: LawQuestion,
): ControlLaw {
  const fewest = Math.min(Math.ceil(minimumDevices / scale), channels[0].channelGain.length);
  const curves = channels.map((channel) => delayCurve(channel, payloadBits, fewest));
  const least = curves.reduce((sum, { delaySeconds }) => sum + delaySeconds[0], 0) / curves.length;
  return controlLaw(
    curves.map((curve) => growthSteps(curve, rule, scale)),
    least,
  );
}

/**
 * The devices from which a law is drawn: all of them, or for more than {@link MOST_DEVICES} an evenly spaced
 * sample.
 */
export function sampledDevices(count: number): readonly number[] {
  const sampled = Math.min(count, MOST_DEVICES);
  return Array.from({ length: sampled }, (_, index) => Math.floor((index * count) / sampled));
}
