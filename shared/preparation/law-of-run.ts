import { correlationOf } from '#shared/channel/fading.ts';
import { drawScenario } from '#shared/channel/scenario.ts';
import { completeChannel } from '#shared/config/channel-schema.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import { drawControlLaw } from '#shared/scheduling/control/draw-law.ts';
import { controlledRule } from '#shared/scheduling/control/plan-controlled-round.ts';

/**
 * The law by which a run's scheduler prices delay, drawn once, before the first round; null where its policy has no queue,
 * where the queue starts at zero, and where fading is correlated: there the last rounds tell more than any draw.
 *
 * @throws ConfigError when more devices are asked for than there are
 */
export function lawOfRun(
  { channel, scheduling, seed, training: { devices } }: RunConfig,
  payloadBits: RunRecord['payloadBits'],
): RunRecord['controlLaw'] {
  if (scheduling.minimumDevices > devices) {
    throw new ConfigError(`is ${scheduling.minimumDevices}; there are ${devices} devices.`, {
      subject: 'scheduling.minimumDevices',
      remedy: 'No budget can meet that: give at most the number of devices.',
    });
  }
  const rule = controlledRule(scheduling.policy, scheduling);
  if (rule === undefined || correlationOf(channel.fading) > 0) return null;
  const law = drawControlLaw(drawScenario(completeChannel(channel), seed, devices), {
    rule,
    payloadBits: totalPayloadBits({ payloadBits }),
    minimumDevices: scheduling.minimumDevices,
  });
  return { prices: [...law.prices], meanDelaySeconds: [...law.meanDelaySeconds] };
}
