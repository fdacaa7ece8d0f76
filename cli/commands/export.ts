import { join } from 'node:path';
import { Command } from 'commander';
import { tableOf } from '#cli/export/export-tables.ts';
import { folderKind } from '#cli/export/folder-kind.ts';
import { mergedModel } from '#cli/export/merged-model.ts';
import { mlflowAddress, mlflowExperiment } from '#cli/export/mlflow-address.ts';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { noticesOf } from '#cli/print/notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { type MlflowAddress, MlflowClient } from '#export/mlflow/mlflow-client.ts';
import { sendRun } from '#export/mlflow/send-run.ts';
import type { OtlpTarget } from '#export/otlp/otlp-sender.ts';
import { otlpTarget } from '#export/otlp/otlp-target.ts';
import { sendRounds } from '#export/otlp/send-rounds.ts';
import { readExportedRun } from '#export/run/exported-run.ts';
import { tableFormat, writeTable } from '#export/tables/write-table.ts';
import { writeEventFile } from '#export/tensorboard/write-event-file.ts';
import { findModel, findModelAgain } from '#run/model/model-source.ts';
import { findAdapterFolder } from '#run/output/adapter-folder.ts';
import { readResult } from '#run/output/read-result.ts';
import { writeWholeFolder } from '#run/output/write-folder.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError } from '#shared/errors.ts';

interface ExportOptions {
  readonly model?: string;
  readonly to?: string;
  readonly rounds?: string;
  readonly devices?: string;
  readonly tensorboard?: string;
  readonly mlflow?: string | true;
  readonly otlp?: string | true;
}

/** `airtune export`: writes the results of a run or a study in the formats of other programs. */
export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .addArgument(
      placeArgument(
        '<folder>',
        'output folder of a run, a study or an experiment; for --to also an adapter folder of PEFT',
      ),
    )
    .addOption(
      placeOption(
        '--to <dir>',
        "a finished run's model as a plain Hugging Face directory: LoRA folded into the weights",
      ),
    )
    .addOption(
      placeOption('--model <dir>', 'for --to: model that the adapter was trained on, if the run names none'),
    )
    .addOption(placeOption('--rounds <file>', 'a table with a row for each round: .csv or .parquet'))
    .addOption(
      placeOption('--devices <file>', 'a table with a row for each device of each round: .csv or .parquet'),
    )
    .addOption(
      placeOption('--tensorboard <dir>', "a run's curves as an event file in this folder, new or empty"),
    )
    .addOption(
      placeOption('--mlflow [url]', 'a run to a tracking server; MLFLOW_TRACKING_URI where it is left out'),
    )
    .addOption(
      placeOption(
        '--otlp [url]',
        'a run, with its traced rounds, to an OpenTelemetry collector (OTLP over HTTP)',
      ),
    )
    .action(async (folder: string, options: ExportOptions) => {
      const exports = await plannedExports(folder, options, terminal);
      if (exports.length === 0) {
        throw new ConfigError('nothing to export.', {
          remedy: 'Name what to write: --to, --rounds, --devices, --tensorboard, --mlflow or --otlp.',
        });
      }
      for (const write of exports) terminal.stdout.write(`${await write()}\n`);
    });
}

/** Options for single runs. */
const RUNS_ONLY = ['to', 'tensorboard', 'mlflow', 'otlp'] as const;

/** Writes one export and returns the line to print. */
type Export = () => Promise<string>;

/** The exports that the options name. All options are checked before the first export. */
async function plannedExports(
  folder: string,
  options: ExportOptions,
  terminal: Terminal,
): Promise<readonly Export[]> {
  const of = await folderKind(folder);
  for (const option of RUNS_ONLY) {
    if (of !== 'run' && options[option] !== undefined) throw ofRunsOnly(`--${option}`, folder, of);
  }
  const { to, model, tensorboard, mlflow, otlp } = options;
  if (to !== undefined) await requireNewFolder(to, 'Choose another folder with --to.');
  if (tensorboard !== undefined) {
    await requireNewFolder(tensorboard, 'Choose another folder with --tensorboard: a folder is one run.');
  }
  const address = mlflow === undefined ? undefined : mlflowAddress(mlflow, terminal.env);
  const collector = otlp === undefined ? undefined : otlpTarget(otlp, terminal.env);
  const tables = (['rounds', 'devices'] as const).flatMap((kind): readonly Export[] => {
    const path = options[kind];
    if (path === undefined) return [];
    const format = tableFormat(path, `--${kind}`);
    return [
      async () => {
        const table = await tableOf(folder, kind, of);
        await writeTable(table, path, format);
        return `${path}: ${table.rowCount} rows, ${table.columns.length} columns`;
      },
    ];
  });
  return [
    ...(to === undefined ? [] : [() => exportModel(folder, to, model, terminal)]),
    ...tables,
    ...(tensorboard === undefined ? [] : [() => exportCurves(folder, tensorboard)]),
    ...(address === undefined ? [] : [() => exportToMlflow(folder, address, terminal.env)]),
    ...(collector === undefined ? [] : [() => exportToCollector(folder, collector, terminal.env)]),
  ];
}

async function exportCurves(folder: string, to: string): Promise<string> {
  const run = await readExportedRun(folder);
  await writeEventFile(run, to);
  return `${to}: ${run.rounds.length} rounds; tensorboard --logdir ${to} shows them`;
}

async function exportToCollector(
  folder: string,
  target: OtlpTarget,
  environment: Environment,
): Promise<string> {
  const run = await readExportedRun(folder);
  const { rounds, traced } = await sendRounds(folder, run, target, environment);
  const hint = traced === 0 ? ' (airtune run --trace-rounds keeps them)' : '';
  return `${target.traces.url}: ${rounds} rounds, ${traced} of them with spans${hint}`;
}

async function exportToMlflow(
  folder: string,
  address: MlflowAddress,
  environment: Environment,
): Promise<string> {
  const run = await readExportedRun(folder);
  const sent = await sendRun(new MlflowClient(address), mlflowExperiment(environment), folder, run);
  return `${address.url}: run ${sent.runId} of experiment ${sent.experiment}, ${sent.metrics} metrics, ${sent.files} files`;
}

function ofRunsOnly(option: string, folder: string, of: 'study' | 'experiment'): ConfigError {
  return new ConfigError('is of use with a run only.', {
    subject: option,
    remedy:
      of === 'study'
        ? `Leave it out: ${folder} holds a study.`
        : `Name one of the runs in ${join(folder, 'runs')}.`,
  });
}

/** Writes the model with LoRA folded in. */
async function exportModel(
  folder: string,
  to: string,
  model: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const adapterFolder = await findAdapterFolder(folder);
  const trained = (await readResult(folder))?.config.model;
  const directory = await modelDirectory(trained, model, terminal);
  const { files, mergedLayers } = await mergedModel(directory, adapterFolder, trained);
  await writeWholeFolder(to, files);
  return `${to}: ${files.size} files, LoRA folded into ${mergedLayers} layers`;
}

/**
 * @param trained The model that the run names, if the folder is a run's output folder.
 * @param named The model to use instead.
 */
async function modelDirectory(
  trained: RunConfig['model'] | undefined,
  named: string | undefined,
  terminal: Terminal,
): Promise<string> {
  if (named !== undefined) return (await findModel(named, terminal.env, noticesOf(terminal))).directory;
  if (trained !== undefined) return findModelAgain(trained, terminal.env, noticesOf(terminal));
  throw new ConfigError('is needed: the folder is not one of a finished run.', {
    subject: '--model',
    remedy: 'Name the model directory that the adapter was trained on.',
  });
}
