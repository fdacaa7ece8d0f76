import { Command } from 'commander';
import { describeSettings } from '../../shared/config/describe-settings.ts';
import { runConfigSchema } from '../../shared/config/run-config.ts';
import { ConfigError } from '../../shared/errors.ts';
import { executeEmbedded } from '../run/execute-embedded.ts';
import { RunProgress } from '../run/run-progress.ts';
import { summaryTable } from '../run/run-summary.ts';
import { PRESETS } from '../settings/presets.ts';
import { runSettings, type SettingOptions } from '../settings/run-settings.ts';

interface RunOptions extends SettingOptions {
  readonly out: string;
  readonly resume?: string;
  readonly target: string;
  readonly endpoint?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `airtune run`: a federated fine-tuning run, from settings to its output folder. */
export function runCommand(): Command {
  return new Command('run')
    .description('run a federated fine-tuning; without options the built-in quick start on synthetic data')
    .option('--model <dir>', 'Hugging Face model directory')
    .option('--data <dir>', "folder with the task's files")
    .option('--task <name>', 'sst2, mrpc, qnli or cifar10')
    .option('--devices <n>', 'number of devices')
    .option('--rounds <n>', 'number of rounds')
    .option('--batch-size <n>', "examples in a device's mini-batch")
    .option('--lora-rank <r>', 'LoRA rank')
    .option('--policy <name>', 'scheduling policy')
    .option('--engine <name>', 'auto, onnx or tfjs')
    .option('--seed <n>', 'every random draw derives from it')
    .option('--preset <name>', 'settings to start from; may be given several times', collect)
    .option('--config <file>', 'settings as JSON or YAML')
    .option('--set <path=value>', 'any setting by its path; may be given several times', collect)
    .option('--out <dir>', 'output folder, new or empty', 'out')
    .option('--resume <dir>', 'go on with the interrupted run in this folder')
    .addHelpText('after', settingsHelp)
    .action(async (options: RunOptions) => {
      const controller = new AbortController();
      const stop = () => controller.abort();
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
      if (options.resume !== undefined && options.config !== undefined) {
        throw new ConfigError('a resumed run keeps its settings.', {
          subject: '--config',
          remedy: 'Leave it out, or start a new run without --resume.',
        });
      }
      const summary = await executeEmbedded({
        config: options.resume === undefined ? await runSettings(options) : undefined,
        outputDirectory: options.resume ?? options.out,
        createProgress: (rounds) => new RunProgress(process.stderr, rounds),
        signal: controller.signal,
        listener: () => {},
      });
      process.stdout.write(`${summaryTable(summary)}\n`);
    });
}

function settingsHelp(): string {
  const settings = describeSettings(runConfigSchema).map(({ path, description, defaultText, choices }) => {
    const facts = [
      ...(choices.length > 1 ? [`one of ${choices.join(', ')}`] : []),
      ...(defaultText === undefined ? [] : [`default ${defaultText}`]),
    ];
    return `  ${path}\n      ${description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`;
  });
  const presets = Object.entries(PRESETS).map(([name, { description }]) => `  ${name}\n      ${description}`);
  return `\nSettings, for --set and settings files:\n${settings.join('\n')}\n\nPresets:\n${presets.join('\n')}\n`;
}
