import { roundAfter } from '#shared/channel/run-channel.ts';
import { type ChannelRound, radioChannel } from '#shared/channel/scenario.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { openRunChannel } from '#shared/protocol/open-run-channel.ts';
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

/**
 * Summarises a finished run's control. The channels of its rounds are drawn again from its settings.
 *
 * @param plugins the host of the run's channel plug-in
 */
export async function controlOfRun(
  record: RunRecord,
  rounds: readonly RoundMetrics[],
  plugins: PluginHost,
): Promise<ControlOfRun> {
  const { channel, scheduling, training } = record.config;
  const policyName = record.plugins.policy?.name;
  const bounded = boundIsComputed(training.devices, rounds.length)
    ? await boundedRounds(record, rounds.length, plugins)
    : null;
  const summary = controlSummary(
    rounds.map(({ selected, delaySeconds, delayBudgetSeconds, forcedSeconds }) => ({
      scheduled: selected.length,
      delaySeconds,
      delayBudgetSeconds,
      forcedSeconds,
    })),
    (spent) => bounded && possibleDevices(bounded, rounds[0].delayBudgetSeconds, spent),
  );
  const steadyChannel =
    channel.fading.kind === 'none' && channel.trace === undefined && channel.model === undefined;
  return { ...summary, warnings: controlWarnings(summary, { ...scheduling, policyName, steadyChannel }) };
}

async function boundedRounds(
  record: RunRecord,
  count: number,
  plugins: PluginHost,
): Promise<readonly BoundedRound[]> {
  const channel = await openRunChannel(record, plugins);
  const payloadBits = totalPayloadBits(record);
  const { minimumDevices } = record.config.scheduling;
  const bounded: BoundedRound[] = [];
  let round: ChannelRound | undefined;
  while (bounded.length < count) {
    round = await roundAfter(channel, round);
    const drawn = radioChannel(channel.scenario, round);
    bounded.push(boundedRound({ channel: drawn, payloadBits, minimumDevices, utility: COUNTED }));
  }
  return bounded;
}
