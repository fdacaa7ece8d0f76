import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { freePort } from '#local/free-port.ts';
import { startGuarded } from '#local/guarded-process.ts';
import { airtune, succeed } from '#test/support/airtune.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { exportPython, pythonJson } from '#test/support/test-python.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const run = join(outputs, 'run');
const live = join(outputs, 'live');
const python = await exportPython();

beforeAll(async () => {
  await succeed('run', ...tinyArguments(files), '--tensorboard', live, '--out', run);
});

const roundsOfRun = (): readonly Readonly<Record<string, number>>[] =>
  JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')).rounds;

const READ_CURVES = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
print(json.dumps({
  'scalars': {tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']},
  'settings': events.Tensors('settings')[0].tensor_proto.string_val[0].decode()}))
`;

const curvesSchema = z.object({
  scalars: z.record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number()]))),
  settings: z.string(),
});
type Curves = z.output<typeof curvesSchema>;

/** The curves in a folder as TensorBoard reads them: by tag, each as [step, value, time in seconds]. */
async function curvesIn(folder: string): Promise<Curves> {
  return curvesSchema.parse(await pythonJson(python ?? '', READ_CURVES, folder));
}

const isRead = python !== undefined && fullRunOnly('tests with TensorBoard and MLflow');

describe.runIf(isRead)('TensorBoard', () => {
  test('reads the curves of a run, written while it went on and afterwards', async () => {
    const exported = join(outputs, 'exported');
    await succeed('export', run, '--tensorboard', exported);
    const [during, after] = await Promise.all([live, exported].map(curvesIn));
    const steps = ({ scalars }: Curves, tag: string) => scalars[tag].map(([step, value]) => [step, value]);
    const rounds = roundsOfRun();
    expect(steps(after, 'train/loss')).toEqual(
      rounds.map(({ round, trainLoss }) => [round, Math.fround(trainLoss)]),
    );
    for (const tag of Object.keys(after.scalars)) expect(steps(during, tag)).toEqual(steps(after, tag));
    const times = after.scalars['train/loss'].map(([, , seconds]) => seconds);
    expect(times[2] - times[1]).toBeCloseTo(rounds[2].roundSeconds, 4);
    expect(JSON.parse(after.settings)).toMatchObject({ training: { rounds: 3 } });
  });

  test('shows the rounds of an interrupted and resumed run once', async () => {
    const [out, curves] = [join(outputs, 'interrupted'), join(outputs, 'interrupted-curves')];
    const started = await airtune(['run', ...tinyArguments(files), '--tensorboard', curves, '--out', out], {
      interruptWhen: /^round 1\//m,
    });
    expect(started.exitCode, started.stderr).toBe(130);
    await succeed('run', '--resume', out, '--tensorboard', curves);
    expect(readdirSync(curves).length).toBeGreaterThan(0);
    const { scalars } = await curvesIn(curves);
    expect(scalars['train/loss'].map(([step]) => step)).toEqual([1, 2, 3]);
  });
});

test('curves are not written into a folder that holds a run already', async () => {
  const { exitCode, stderr } = await airtune(['export', run, '--tensorboard', live]);
  expect(exitCode).toBe(8);
  expect(stderr).toMatch(/is there already and not empty\. Choose another folder with --tensorboard/);
});

test('a tracking server that does not answer is named, on one line', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { exitCode, stderr } = await airtune(['export', run, '--mlflow', url]);
  expect(exitCode).toBe(7);
  expect(stderr).toBe(
    `airtune: MLflow at ${url}: does not answer. Name the tracking server with --mlflow or MLFLOW_TRACKING_URI, as in http://127.0.0.1:5000.\n`,
  );
});

const READ_RUNS = `
import json, sys, mlflow
mlflow.set_tracking_uri(sys.argv[1])
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name('radio')
[run] = client.search_runs([experiment.experiment_id])
history = client.get_metric_history(run.info.run_id, 'train/loss')
local = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path='result.json')
print(json.dumps({'name': run.info.run_name, 'status': run.info.status, 'params': run.data.params,
  'tags': run.data.tags, 'metrics': run.data.metrics, 'history': [[m.step, m.value] for m in history],
  'result': open(local).read()}))
`;

describe.runIf(isRead)('MLflow', () => {
  let url = '';
  let stop = async (): Promise<void> => {};

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const folder = join(outputs, 'mlflow');
    mkdirSync(folder);
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      startGuarded({
        command: [
          ...([
            python ?? '',
            '-m',
            'mlflow',
            'server',
            '--host',
            '127.0.0.1',
            '--port',
            String(port),
          ] as const),
          ...['--workers', '1', '--backend-store-uri', `sqlite:///${folder}/runs.db`],
          ...['--artifacts-destination', join(folder, 'files')],
        ],
        // Without its runners of jobs, which are nine more Python processes.
        environment: { MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
        workingFolder: folder,
        onLine: (line) => {
          said.push(line);
          if (line.includes('Application startup complete')) resolve();
        },
      }).then((server) => {
        stop = () => server.stop();
        server.ended.then((status) => reject(new Error(`MLflow ended with ${status}: ${said.join(' ')}`)));
      }, reject);
    });
  });
  afterAll(() => stop());

  test('has the settings, the curves and the files of a run', async () => {
    const { exitCode, stdout, stderr } = await airtune(['export', run, '--mlflow'], {
      env: { MLFLOW_TRACKING_URI: url, MLFLOW_EXPERIMENT_NAME: 'radio' },
    });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/: run [0-9a-f]{32} of experiment radio, \d+ metrics, 4 files\n/);
    const rounds = roundsOfRun();
    expect(await pythonJson(python ?? '', READ_RUNS, url)).toMatchObject({
      name: 'run',
      status: 'FINISHED',
      params: { 'training.rounds': '3', 'scheduling.policy': 'set-expansion' },
      tags: { 'airtune.virtual_time': 'true' },
      history: rounds.map(({ round, trainLoss }) => [round, trainLoss]),
      result: readFileSync(join(run, 'result.json'), 'utf8'),
    });
  });
});
