import { join } from 'node:path';
import { Command } from 'commander';
import { placeArgument, placeOption, placesOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { imageBatches, type PredictionInputs, textBatches } from '#cli/predict/example-batches.ts';
import { openPredictor } from '#cli/predict/predictor.ts';
import { readTrainedRun, type TrainedRun } from '#cli/predict/trained-run.ts';
import type { CommandStreams } from '#cli/schedule/command-streams.ts';
import { BEST_FOLDER } from '#run/output/run-output.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { taskInput } from '#shared/data/task-input.ts';
import { ConfigError } from '#shared/errors.ts';

interface PredictOptions {
  readonly head: string;
  readonly text: readonly string[];
  readonly file: readonly string[];
  readonly model?: string;
  readonly best?: boolean;
}

/** `airtune predict`: applies a trained adapter and head to new inputs; prints one line of JSON for each. */
export function predictCommand(streams: CommandStreams = process): Command {
  return new Command('predict')
    .addArgument(placeArgument('<folder>', 'output folder of a finished run'))
    .option('--head <which>', 'the head of a device, by its number, or averaged', 'averaged')
    .option('--text <text>', 'a text; a pair has a tab inside; may be given several times', repeatable, [])
    .addOption(
      placesOption(
        '--file <path>',
        'a file of texts, one a line (- is standard input), a table, or images in the layout of the task',
      ).default([], 'none'),
    )
    .option('--best', 'apply the best tested state (best/) in place of the last one')
    .addOption(placeOption('--model <dir>', 'where the model is, if not where the run found it'))
    .action(async (folder: string, { head, text: texts, file: files, model, best }: PredictOptions) => {
      if (texts.length + files.length === 0) {
        throw new ConfigError('nothing to predict.', {
          remedy: 'Give --text, or --file (- is standard input).',
        });
      }
      const run = await readTrainedRun(folder, model);
      const weights = best ? join(run.folder, BEST_FOLDER) : run.folder;
      const predictor = await openPredictor({ ...run, folder: weights }, head);
      try {
        for await (const batch of batches(run, { texts, files, stdin: streams.stdin })) {
          for (const prediction of await predictor.predict(batch)) {
            streams.stdout.write(`${JSON.stringify(prediction)}\n`);
          }
        }
      } finally {
        await predictor.dispose();
      }
    });
}

function batches(run: TrainedRun, inputs: PredictionInputs): AsyncIterable<ExampleSet> {
  const input = taskInput(run.config.data);
  switch (input.kind) {
    case 'text':
      return textBatches(run, input, inputs);
    case 'image':
      return imageBatches(run, inputs);
  }
}
