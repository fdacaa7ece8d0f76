import { Command } from 'commander';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { placeOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { warning } from '#cli/print/notice.ts';
import { drawRound, drawSchema, placementFromFile, printableRound } from '#cli/schedule/draw-round.ts';
import { traceNotice } from '#cli/settings/channel-trace.ts';
import {
  givenLayers,
  mergeLayers,
  type SettingsLayer,
  type ShortOption,
  subjectIn,
} from '#cli/settings/settings-layers.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { kindsIn } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { roundWarnings } from '#shared/scheduling/round-warnings.ts';
import { studySchema } from '#study/settings/study-schema.ts';

const DEFAULT_KINDS = kindsIn(drawSchema.parse({}));

interface ChannelOptions {
  readonly devices?: string;
  readonly seed?: string;
  readonly round?: string;
  readonly positions?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

/**
 * `airtune channel`: draws a scenario and prints one round of it in the input format of `airtune schedule`.
 */
export function channelCommand(terminal: Terminal): Command {
  const command = new Command('channel');
  return settingsHelpOption(command, drawSchema, terminal)
    .option('--devices <n>', 'number of devices')
    .option('--seed <n>', 'every random draw derives from it')
    .option('--round <n>', 'which round to draw the fading of')
    .addOption(placeOption('--positions <file>', 'positions of the devices, one x,y in metres a line'))
    .addOption(placeOption('--config <file>', "settings as JSON or YAML, or a run's result.json"))
    .option('--set <path=value>', 'any setting by its path; may be given several times', repeatable)
    .action(async (options: ChannelOptions) => {
      const layers = await layersOf(options);
      const subject = subjectIn(layers);
      const others = [studySchema, runConfigSchema];
      const { used, unused } = splitSettings(mergeLayers(layers), drawSchema, others, subject);
      unusedNotice('channel', unused, (text) => terminal.stderr.write(text));
      const settings = parseStrict(drawSchema, used, subject, { devices: 'training.devices' });
      const { channel, training, round } = settings;
      traceNotice(
        channel,
        { ...training, rounds: round + 1 },
        (text) => terminal.stderr.write(text),
        'only-repeats',
      );
      const problem = await drawRound(settings);
      for (const text of roundWarnings(problem)) terminal.stderr.write(warning(text));
      terminal.stdout.write(`${JSON.stringify(printableRound(problem))}\n`);
    });
}

const SHORT_OPTIONS: readonly ShortOption<ChannelOptions>[] = [
  { option: 'devices', path: 'training.devices', numeric: true },
  { option: 'seed', path: 'seed', numeric: true },
  { option: 'round', path: 'round', numeric: true },
];

/** Settings layers, lowest first: settings file, short options, file of positions, `--set`. */
async function layersOf(options: ChannelOptions): Promise<readonly SettingsLayer[]> {
  const given = await givenLayers(options, SHORT_OPTIONS);
  if (options.positions === undefined) return [{ origin: 'default', settings: DEFAULT_KINDS }, ...given];
  const placement = await placementFromFile(options.positions);
  const devices = placement.positionsMetres.length;
  const positions: SettingsLayer = {
    origin: '--positions',
    settings: {
      ...(options.devices === undefined ? { training: { devices } } : {}),
      channel: { placement },
    },
  };
  return [
    { origin: 'default', settings: DEFAULT_KINDS },
    ...given.filter(({ origin }) => origin !== '--set'),
    positions,
    ...given.filter(({ origin }) => origin === '--set'),
  ];
}
