import { Command } from 'commander';
import { placeOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { warning } from '#cli/print/notice.ts';
import type { CommandStreams } from '#cli/schedule/command-streams.ts';
import { drawRound, drawSchema, placementFromFile, printableRound } from '#cli/schedule/draw-round.ts';
import { mergeSettings, type RawSettings, settingsAt } from '#cli/settings/merge-settings.ts';
import { parseAssignment, readSettingsFile } from '#cli/settings/read-settings.ts';
import { settingsHelp } from '#cli/settings/settings-help.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { roundWarnings } from '#shared/scheduling/round-warnings.ts';

interface ChannelOptions {
  readonly devices?: string;
  readonly seed?: string;
  readonly round?: string;
  readonly positions?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

/** `airtune channel`: draws a scenario and prints one round of it, as `airtune schedule` reads it. */
export function channelCommand(streams: CommandStreams = process): Command {
  return new Command('channel')
    .description('draw a wireless scenario and print one round of it, for `airtune schedule -`')
    .option('--devices <n>', 'number of devices')
    .option('--seed <n>', 'every random draw derives from it')
    .option('--round <n>', 'which round to draw the fading of')
    .addOption(placeOption('--positions <file>', 'positions of the devices, one x,y in metres a line'))
    .addOption(placeOption('--config <file>', 'settings as JSON or YAML'))
    .option('--set <path=value>', 'any setting by its path; may be given several times', repeatable)
    .addHelpText('after', settingsHelp(drawSchema))
    .action(async (options: ChannelOptions) => {
      const settings = parseStrict(drawSchema, await rawSettings(options), 'settings');
      const problem = drawRound(settings);
      for (const text of roundWarnings(problem)) streams.stderr.write(warning(text));
      streams.stdout.write(`${JSON.stringify(printableRound(problem))}\n`);
    });
}

/** The file, then short options, then `--set`, each over the ones before. */
async function rawSettings(options: ChannelOptions): Promise<RawSettings> {
  const layers: RawSettings[] = [];
  if (options.config !== undefined) layers.push(await readSettingsFile(options.config));
  for (const name of ['devices', 'seed', 'round'] as const) {
    const text = options[name];
    if (text !== undefined) layers.push(parseAssignment(`${name}=${text}`));
  }
  if (options.positions !== undefined) {
    const placement = await placementFromFile(options.positions);
    if (options.devices === undefined) layers.push(settingsAt('devices', placement.positionsMetres.length));
    layers.push(settingsAt('channel.placement', placement));
  }
  layers.push(...(options.set ?? []).map(parseAssignment));
  return layers.reduce(mergeSettings, {});
}
