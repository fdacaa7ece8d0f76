import { join } from 'node:path';
import { Command } from 'commander';
import { placeArgument, placeOption, placesOption } from '#cli/options/place-option.ts';
import { positiveInteger } from '#cli/options/positive-integer.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { imageBatches, type PredictionInputs, textBatches } from '#cli/predict/example-batches.ts';
import { openGenerator, USUAL_TOKENS } from '#cli/predict/generator.ts';
import { openPredictor } from '#cli/predict/predictor.ts';
import { readTrainedRun, type TrainedRun } from '#cli/predict/trained-run.ts';
import type { Terminal } from '#cli/terminal.ts';
import { BEST_FOLDER } from '#run/output/run-output.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { type TaskInput, taskInput } from '#shared/data/task-input.ts';
import { ConfigError } from '#shared/errors.ts';

interface PredictOptions {
  readonly head: string;
  readonly text: readonly string[];
  readonly file: readonly string[];
  readonly model?: string;
  readonly prompt: readonly string[];
  readonly maxTokens?: number;
  readonly best?: boolean;
}

/** `airtune predict`: applies a trained adapter and head to new inputs; prints one line of JSON for each. */
export function predictCommand(terminal: Terminal): Command {
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
    .option(
      '--prompt <text>',
      'a text for a language model to continue; may be given several times',
      repeatable,
      [],
    )
    .option('--max-tokens <n>', `tokens to generate at most (default: ${USUAL_TOKENS})`, (text) =>
      positiveInteger(text, '--max-tokens'),
    )
    .option('--best', 'apply the best tested state (best/) in place of the last one')
    .addOption(placeOption('--model <dir>', 'where the model is, if not where the run found it'))
    .action(async (folder: string, options: PredictOptions) => {
      const { head, text: texts, file: files, prompt: prompts, maxTokens, model, best } = options;
      if (texts.length + files.length + prompts.length === 0) {
        throw new ConfigError('nothing to predict.', {
          remedy: 'Give --text, --file (- is standard input), or --prompt for a language model.',
        });
      }
      const run = await readTrainedRun(folder, model, terminal);
      const trained = { ...run, folder: best ? join(run.folder, BEST_FOLDER) : run.folder };
      const write = (prediction: object): void => {
        terminal.stdout.write(`${JSON.stringify(prediction)}\n`);
      };
      const input = taskInput(run.config.data);
      requireInputs(input, { texts, files, prompts, maxTokens });
      const inputs = { texts, files, stdin: terminal.stdin };
      switch (input.kind) {
        case 'language':
          return generateAll(trained, head, prompts, maxTokens, write);
        case 'text':
          return predictAll(trained, head, textBatches(run, input, inputs), write);
        case 'image':
          return predictAll(trained, head, imageBatches(run, inputs), write);
      }
    });
}

/** Checks that the inputs suit the run's task. */
function requireInputs(
  { kind }: TaskInput,
  { texts, files, prompts, maxTokens }: Pick<PredictionInputs, 'texts' | 'files'> & GenerationInputs,
): void {
  if (kind === 'language' && texts.length + files.length > 0) {
    throw new ConfigError('the run trained a language model, which continues prompts.', {
      subject: texts.length > 0 ? '--text' : '--file',
      remedy: 'Give the text with --prompt.',
    });
  }
  if (kind !== 'language' && (prompts.length > 0 || maxTokens !== undefined)) {
    throw new ConfigError('the run trained no language model.', {
      subject: prompts.length > 0 ? '--prompt' : '--max-tokens',
      remedy: 'Give --text or --file.',
    });
  }
}

interface GenerationInputs {
  readonly prompts: readonly string[];
  readonly maxTokens: number | undefined;
}

async function predictAll(
  run: TrainedRun,
  head: string,
  batches: AsyncIterable<ExampleSet>,
  write: (prediction: object) => void,
): Promise<void> {
  const predictor = await openPredictor(run, head);
  try {
    for await (const batch of batches)
      for (const prediction of await predictor.predict(batch)) write(prediction);
  } finally {
    await predictor.dispose();
  }
}

async function generateAll(
  run: TrainedRun,
  head: string,
  prompts: readonly string[],
  maxTokens: number | undefined,
  write: (prediction: object) => void,
): Promise<void> {
  const generator = await openGenerator(run, head);
  try {
    for (const prompt of prompts) write(await generator.generate(prompt, maxTokens));
  } finally {
    await generator.dispose();
  }
}
