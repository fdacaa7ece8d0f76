import * as z from 'zod';
import { parsePositions } from '#shared/channel/placement.ts';
import { CHANNEL_CONTRACT } from '#shared/channel/plugin/channel-contract.ts';
import { namedChannel } from '#shared/channel/plugin/named-channel.ts';
import type { RadioChannel } from '#shared/channel/radio-channel.ts';
import { runRound } from '#shared/channel/run-channel.ts';
import { drawScenario, radioChannel, roundChannel } from '#shared/channel/scenario.ts';
import { type ChannelSettings, channelSettings, checkChannelDevices } from '#shared/channel/settings.ts';
import { devicesSetting, seedSetting } from '#shared/config/training-settings.ts';
import { AirtuneError, ConfigError } from '#shared/errors.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import { readRegularText } from '#shared/read-file.ts';
import { type RoundProblem, validateRound } from '#shared/scheduling/round-problem.ts';

const positive = z.number().positive().max(1e15);

/** Settings of `airtune channel`: a radio environment, and the other inputs of one round's problem. */
export const drawSchema = z
  .strictObject({
    seed: seedSetting,
    training: z.strictObject({ devices: devicesSetting(1_000_000).default(20) }).prefault({}),
    round: z.int().nonnegative().default(0).describe('which round of the run to draw the fading of'),
    payloadBits: positive.default(1e6).describe('what a device exchanges in one round'),
    delayBudgetSeconds: positive.default(0.1).describe('average radio delay of a round to keep to'),
    controlV: positive.default(0.01).describe('weight of one more device, in s^2'),
    queueSeconds: z.number().nonnegative().max(1e15).default(0).describe('backlog of the virtual queue'),
    minimumDevices: z.int().nonnegative().optional().describe('the fewest devices a plan may have'),
    channel: channelSettings,
  })
  .superRefine(({ training: { devices }, channel, minimumDevices = 0 }, context) => {
    if (context.issues.length > 0) return;
    checkChannelDevices(channel, devices, context, ['channel']);
    if (minimumDevices <= devices) return;
    const message = `must not be above the number of devices, ${devices}`;
    context.addIssue({ code: 'custom', path: ['minimumDevices'], message });
  });

export type DrawSettings = z.output<typeof drawSchema>;

/**
 * Draws one round of a scenario as a scheduling problem.
 *
 * @throws ConfigError, InfeasibleError as the planner does; PluginError for a channel plug-in
 */
export async function drawRound(settings: DrawSettings): Promise<RoundProblem> {
  const { seed, training, round, channel, payloadBits, delayBudgetSeconds, controlV, queueSeconds } =
    settings;
  const radio = await drawnRadio(channel, seed, training.devices, round);
  const problem: RoundProblem = {
    ...radio,
    payloadBits,
    delayBudgetSeconds,
    controlV,
    queueSeconds,
    ...(settings.minimumDevices === undefined ? {} : { minimumDevices: settings.minimumDevices }),
  };
  validateRound(problem);
  return problem;
}

/** The channel of a round, by its plug-in if it has one. */
async function drawnRadio(
  settings: ChannelSettings,
  seed: number,
  devices: number,
  round: number,
): Promise<RadioChannel> {
  const named = namedChannel(settings);
  if (named === undefined) return roundChannel(settings, seed, devices, round);
  const { reference, settings: given, timeoutSeconds } = named;
  const plugins = new FilePlugins();
  try {
    const record = await plugins.describe(CHANNEL_CONTRACT, reference, given, timeoutSeconds);
    const plugin = await plugins.open(CHANNEL_CONTRACT, record, timeoutSeconds);
    const scenario = drawScenario(settings, seed, devices);
    return radioChannel(scenario, await runRound({ scenario, plugin, rounds: null }, round));
  } finally {
    await plugins.close();
  }
}

/** A round for JSON output: typed arrays become lists; equal powers become one number. */
export function printableRound(problem: RoundProblem) {
  const powers =
    typeof problem.powerWatts === 'number' ? [problem.powerWatts] : Array.from(problem.powerWatts);
  return {
    ...problem,
    powerWatts: powers.every((power) => power === powers[0]) ? powers[0] : powers,
    channelGain: Array.from(problem.channelGain),
  };
}

/**
 * Reads a placement from a file of positions.
 *
 * @throws ConfigError naming the file and, if possible, the line.
 */
export async function placementFromFile(path: string) {
  let text: string;
  try {
    text = await readRegularText(path, ConfigError);
  } catch (cause) {
    if (cause instanceof AirtuneError) throw cause;
    throw new ConfigError('cannot be read.', { subject: path, remedy: 'Check --positions.', cause });
  }
  return { kind: 'positions', positionsMetres: parsePositions(text, path) };
}
