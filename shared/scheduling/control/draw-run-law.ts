import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import { type RunChannel, runRound } from '#shared/channel/run-channel.ts';
import { channelOfDevices, radioChannel } from '#shared/channel/scenario.ts';
import type { ControlLaw } from './control-law.ts';
import { drawControlLaw, type LawQuestion, lawDraws, lawOfDraws, sampledDevices } from './draw-law.ts';

/**
 * The law of a channel with independent rounds, drawn before the first round. A plug-in is called for the
 * rounds after the run's last one, which are not part of the run.
 *
 * @throws PluginError naming the plug-in and the round
 */
export async function drawRunLaw(channel: RunChannel, question: LawQuestion): Promise<ControlLaw> {
  const { scenario, plugin, rounds } = channel;
  if (plugin === undefined) return drawControlLaw(scenario, question);
  const first = rounds ?? 0;
  const count = scenario.meanGain.length;
  const devices = sampledDevices(count);
  const draws = lawDraws(devices.length);
  const drawn: RadioChannel[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const whole = radioChannel(scenario, await runRound(channel, first + draw));
    drawn.push(channelOfDevices(whole, devices));
  }
  return lawOfDraws(drawn, count, question);
}
