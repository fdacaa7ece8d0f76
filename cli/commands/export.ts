import { Command } from 'commander';
import { mergedModel } from '#cli/export/merged-model.ts';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { printNotice } from '#cli/print/notice.ts';
import { findModel, findModelAgain } from '#run/model/model-source.ts';
import { findAdapterFolder } from '#run/output/adapter-folder.ts';
import { readResult } from '#run/output/read-result.ts';
import { writeWholeFolder } from '#run/output/write-folder.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';

interface ExportOptions {
  readonly model?: string;
  readonly to: string;
}

/** `airtune export`: merges a trained adapter into its model and writes a plain Hugging Face directory. */
export function exportCommand(): Command {
  return new Command('export')
    .addArgument(placeArgument('<folder>', 'output folder of a finished run, or an adapter folder of PEFT'))
    .addOption(placeOption('--to <dir>', 'the directory to write, new or empty').makeOptionMandatory())
    .addOption(
      placeOption('--model <dir>', 'model that the adapter was trained on; by default the one the run names'),
    )
    .action(async (folder: string, { model, to }: ExportOptions) => {
      await requireNewFolder(to, 'Choose another folder with --to.');
      const adapterFolder = await findAdapterFolder(folder);
      const trained = (await readResult(folder))?.config.model;
      const directory = await modelDirectory(trained, model);
      const { files, mergedLayers } = await mergedModel(directory, adapterFolder, trained?.bitsPerWeight);
      await writeWholeFolder(to, files);
      process.stdout.write(`${to}: ${files.size} files, LoRA folded into ${mergedLayers} layers\n`);
    });
}

/**
 * @param trained The model that the run names, if the folder is a run's output folder.
 * @param named The model to use instead.
 */
async function modelDirectory(
  trained: RunConfig['model'] | undefined,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) return (await findModel(named, process.env, printNotice)).directory;
  if (trained !== undefined) return findModelAgain(trained, process.env, printNotice);
  throw new ConfigError('is needed: the folder is not one of a finished run.', {
    subject: '--model',
    remedy: 'Name the model directory that the adapter was trained on.',
  });
}
