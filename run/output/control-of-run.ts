import { channelOfRound, drawScenario, nextChannelRound, radioChannel } from '#shared/channel/scenario.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { boundedRound } from '#shared/scheduling/control/bounded-round.ts';
import type { BoundedRound } from '#shared/scheduling/control/clairvoyant-bound.ts';
import { type ControlSummary, controlSummary } from '#shared/scheduling/control/control-summary.ts';
import { controlWarnings } from '#shared/scheduling/control/control-warnings.ts';
import { boundIsComputed, COUNTED, possibleDevices } from '#shared/scheduling/control/possible-devices.ts';

/** A run's control summary (budget kept, clairvoyant bound), and warnings about it. */
export interface ControlOfRun extends ControlSummary {
  readonly warnings: readonly string[];
}

/** Summarises a finished run's control. The channels of its rounds are drawn again from its settings. */
export function controlOfRun(record: RunRecord, rounds: readonly RoundMetrics[]): ControlOfRun {
  const { channel, scheduling, training } = record.config;
  const policyName = record.plugins.policy?.name;
  const summary = controlSummary(
    rounds.map(({ selected, delaySeconds, delayBudgetSeconds, forcedSeconds }) => ({
      scheduled: selected.length,
      delaySeconds,
      delayBudgetSeconds,
      forcedSeconds,
    })),
    (spent) =>
      boundIsComputed(training.devices, rounds.length)
        ? possibleDevices(boundedRounds(record, rounds.length), rounds[0].delayBudgetSeconds, spent)
        : null,
  );
  const steadyChannel = channel.fading.kind === 'none' && channel.trace === undefined;
  return { ...summary, warnings: controlWarnings(summary, { ...scheduling, policyName, steadyChannel }) };
}

function boundedRounds(record: RunRecord, count: number): readonly BoundedRound[] {
  const { channel, seed, training, scheduling } = record.config;
  const scenario = drawScenario(channel, seed, training.devices);
  const payloadBits = totalPayloadBits(record);
  const bounded: BoundedRound[] = [];
  let round = channelOfRound(scenario, 0);
  for (;;) {
    bounded.push(
      boundedRound({
        channel: radioChannel(scenario, round),
        payloadBits,
        minimumDevices: scheduling.minimumDevices,
        utility: COUNTED,
      }),
    );
    if (bounded.length === count) return bounded;
    round = nextChannelRound(scenario, round);
  }
}
