import { Command } from 'commander';
import { runConfigSchema } from '../../shared/config/run-config.ts';
import { beginRun, executeRun } from '../run/execute-run.ts';
import { openSession, type RunOptions } from '../run/open-session.ts';
import { RunProgress } from '../run/run-progress.ts';
import { summaryTable } from '../run/run-summary.ts';
import { PRESETS } from '../settings/presets.ts';
import { settingsHelp } from '../settings/settings-help.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `airtune run`: a federated fine-tuning run, from settings to its output folder. */
export function runCommand(): Command {
  return new Command('run')
    .description('run a federated fine-tuning; without options the built-in quick start on synthetic data')
    .option('--model <dir>', 'Hugging Face model directory, or organisation/name[@revision] on the hub')
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
    .option('--out <dir>', 'output folder, new or empty; a new one below out/ by default')
    .option('--resume <dir>', 'go on with the interrupted run in this folder')
    .option('--target <name>', 'embedded (virtual cloud in this process) or aws', 'embedded')
    .option('--endpoint <url>', 'with --target aws: a bare endpoint that speaks SQS and S3, no deployment')
    .option('--deployment <name>', 'with --target aws: the name it was deployed with')
    .option('--region <name>', 'with --target aws: the region')
    .option('--detach', 'with --target aws: start the run and leave it to the deployment')
    .addHelpText('after', help)
    .action(async (options: RunOptions, command: Command) => {
      const { verbose } = command.optsWithGlobals<{ verbose?: boolean }>();
      const log = (line: string): void => {
        if (verbose) process.stderr.write(`${line}\n`);
      };
      const session = await openSession(options, log);
      try {
        if (options.detach) {
          await beginRun(session);
          process.stdout.write(`${detachedLines(session.run, session.output.directory)}\n`);
          return;
        }
        const summary = await executeRun({
          ...session,
          createProgress: (rounds) => new RunProgress(process.stderr, rounds),
          signal: interruption(),
          listener: (name, fields) => {
            if (session.host.virtualTime) log(JSON.stringify({ event: name, ...fields }));
            if (name === 'message-failed' && fields.hopeless === true) {
              process.stderr.write(
                `airtune: warning: a message for the ${fields.function} failed: ${fields.reason}\n`,
              );
            }
          },
        });
        process.stdout.write(`${summaryTable(summary)}\n`);
      } finally {
        await session.host.close();
      }
    });
}

function detachedLines(run: string, directory: string): string {
  return [
    `${run} goes on by itself.`,
    `  how far it is    airtune status ${run}`,
    `  stop it          airtune stop ${run}`,
    `  its results      airtune run --resume ${directory}`,
  ].join('\n');
}

/** Aborts at the first Ctrl-C or request to end; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

function help(): string {
  const presets = Object.entries(PRESETS).map(([name, { description }]) => `  ${name}\n      ${description}`);
  return `${settingsHelp(runConfigSchema)}\nPresets:\n${presets.join('\n')}\n`;
}
