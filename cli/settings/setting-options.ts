import type { Command } from 'commander';
import { placeOption, placesOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';

/** Adds the options for the settings of a run to a command. */
export function settingOptions(command: Command): Command {
  return command
    .addOption(
      placeOption(
        '--model <dir>',
        'Hugging Face model directory, or hf:organisation/name[@revision] on the hub',
      ),
    )
    .addOption(
      placesOption(
        '--data <place>',
        "folder with the task's files, a table file (several by several --data), or hf:owner/name on the hub",
      ),
    )
    .addOption(placesOption('--test-data <file>', 'table file of the test rows; may be given several times'))
    .option(
      '--task <name>',
      'text (tables of your own), images (a folder a class), causal-lm (texts), instruction (prompts and completions), sst2, mrpc, qnli or cifar10',
    )
    .option('--text-column <name>', 'with --task text: column of the texts (default: text)')
    .option('--text-pair-column <name>', 'with --task text: column of the second texts of pairs')
    .option('--label-column <name>', 'with --task text: column of the labels (default: label)')
    .option('--score-column <name>', 'with --task text: column of scores to predict, in place of labels')
    .option('--prompt-column <name>', 'with --task instruction: column of the prompts (default: prompt)')
    .option(
      '--completion-column <name>',
      'with --task instruction: column of the completions (default: completion)',
    )
    .option('--split-column <name>', 'with --task text: column that says train, test or validation')
    .option('--device-column <name>', 'with --task text: each value of this column is a device')
    .option('--devices <n>', 'number of devices')
    .option('--rounds <n>', 'number of rounds')
    .option('--batch-size <n>', "examples in a device's mini-batch")
    .option('--lora-rank <r>', 'LoRA rank')
    .option('--lora-targets <names>', 'dense layers with LoRA: names, patterns or all-linear')
    .option('--policy <name>', 'scheduling policy, or one of your own: ./mine.ts')
    .option('--engine <name>', 'auto, onnx, tfjs or torch')
    .option('--seed <n>', 'every random draw derives from it')
    .option('--preset <name>', 'settings to start from; may be given several times', repeatable)
    .addOption(placeOption('--config <file>', "settings as JSON or YAML, or a run's result.json"))
    .option('--set <path=value>', 'any setting by its path; may be given several times', repeatable);
}
