import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ExportedRun } from '#export/run/exported-run.ts';
import { type FlatSetting, flatSettings } from '#export/run/flat-settings.ts';
import { roundScalars } from '#export/run/round-scalars.ts';
import { RunClock } from '#export/run/run-clock.ts';
import type { MlflowClient } from './mlflow-client.ts';

/** Most entries of one request, by the server's limits. */
const MOST_METRICS = 1000;
const MOST_PARAMETERS = 100;

/** Longest value of a parameter. */
const LONGEST_VALUE = 6000;

/** Files of the output folder that are stored with the run. */
const FILES = [
  'result.json',
  'report.html',
  'adapter/adapter_config.json',
  'adapter/adapter_model.safetensors',
];

const experimentSchema = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const createdSchema = z.object({ experiment_id: z.string() });
const runSchema = z.object({
  run: z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) }),
});
const anything = z.unknown();

/** A run that the server now has. */
export interface SentRun {
  readonly experiment: string;
  readonly runId: string;
  readonly metrics: number;
  readonly files: number;
}

/**
 * Stores a run on a tracking server: settings as parameters, the figures of every round as metrics (the step
 * is the round), and its files where the server keeps files itself.
 *
 * @throws ServiceError when the server does not answer or refuses.
 */
export async function sendRun(
  client: MlflowClient,
  experiment: string,
  folder: string,
  run: ExportedRun,
): Promise<SentRun> {
  const experimentId = await experimentOf(client, experiment);
  const { name, result, startedAtMs } = run;
  const created = await client.post(
    'runs/create',
    {
      experiment_id: experimentId,
      run_name: name,
      start_time: Math.round(startedAtMs),
      tags: tagsOf(run).map(([key, value]) => ({ key, value })),
    },
    runSchema,
  );
  const { run_id: runId, artifact_uri: artifactUri } = created.run.info;
  const end = (status: 'FINISHED' | 'KILLED' | 'FAILED', endMs: number): Promise<unknown> =>
    client.post('runs/update', { run_id: runId, status, end_time: Math.round(endMs) }, anything);
  try {
    await sendSettings(client, runId, run);
    const { metrics, endedAtMs } = await sendMetrics(client, runId, run);
    const files = result === undefined ? 0 : await sendFiles(client, folder, artifactUri);
    await end(result === undefined ? 'KILLED' : 'FINISHED', endedAtMs);
    return { experiment, runId, metrics, files };
  } catch (error) {
    // The first error is the one to show.
    await end('FAILED', startedAtMs).catch(() => {});
    throw error;
  }
}

async function sendSettings(client: MlflowClient, runId: string, { result }: ExportedRun): Promise<void> {
  const settings = result === undefined ? [] : flatSettings(result.config);
  for (const part of partsOf(settings, MOST_PARAMETERS)) {
    const params = part.map(([key, value]) => ({ key, value: value.slice(0, LONGEST_VALUE) }));
    await client.post('runs/log-batch', { run_id: runId, params }, anything);
  }
}

async function sendMetrics(
  client: MlflowClient,
  runId: string,
  { rounds, startedAtMs }: ExportedRun,
): Promise<{ readonly metrics: number; readonly endedAtMs: number }> {
  const clock = new RunClock(startedAtMs);
  let endedAtMs = startedAtMs;
  const metrics = rounds.flatMap((round) => {
    endedAtMs = clock.endOf(round);
    const timestamp = Math.round(endedAtMs);
    return roundScalars(round).map(({ name: key, value }) => ({ key, value, timestamp, step: round.round }));
  });
  for (const part of partsOf(metrics, MOST_METRICS)) {
    await client.post('runs/log-batch', { run_id: runId, metrics: part }, anything);
  }
  return { metrics: metrics.length, endedAtMs };
}

async function experimentOf(client: MlflowClient, name: string): Promise<string> {
  const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
  const found = await client.find(query, experimentSchema);
  if (found !== undefined) return found.experiment.experiment_id;
  return (await client.post('experiments/create', { name }, createdSchema)).experiment_id;
}

function tagsOf({ result }: ExportedRun): readonly FlatSetting[] {
  if (result === undefined) return [];
  const { provenance, engine, virtualTime, target } = result;
  return [
    ['airtune.version', provenance.airtune],
    ['airtune.engine', engine],
    ['airtune.target', target],
    ['airtune.virtual_time', String(virtualTime)],
    ['airtune.model_sha256', provenance.modelSha256],
    ['airtune.data_sha256', provenance.dataSha256],
  ];
}

/** Stores the files; 0 where the server leaves files to another store, which needs that store's client. */
async function sendFiles(client: MlflowClient, folder: string, artifactUri: string): Promise<number> {
  const path = /^mlflow-artifacts:\/+(.*)$/.exec(artifactUri)?.[1];
  if (path === undefined) return 0;
  for (const name of FILES) await client.putFile(`${path}/${name}`, await readFile(join(folder, name)));
  return FILES.length;
}

function partsOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
