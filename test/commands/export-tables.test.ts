import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runFolderName } from '#experiment/plan/make-points.ts';
import { EXPERIMENT_VERSION, type ExperimentPlan } from '#shared/protocol/experiment-result.ts';
import { airtune, succeed } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { exportPython, pythonJson } from '#test/support/test-python.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const run = join(outputs, 'run');
const study = join(outputs, 'study');
const python = await exportPython();

beforeAll(async () => {
  await succeed('run', ...tinyArguments(files), '--trace-rounds', '2', '--out', run);
  await succeed(
    ...['study', '--devices', '6', '--rounds', '2', '--policy', 'greedy,exact', '--repeat', '2'],
    ...['--sweep', 'channel.bandwidthHz=20e6,100e6', '--trace-rounds', 'last', '--out', study],
  );
});

/** Reads a table with pandas: the column names, the types, and some sums. */
const READ = `
import json, sys, pandas
path = sys.argv[1]
table = pandas.read_parquet(path) if path.endswith('.parquet') else pandas.read_csv(path)
numbers = table.select_dtypes('number').sum()
print(json.dumps({'rows': len(table), 'types': {name: str(kind) for name, kind in table.dtypes.items()},
  'sums': {name: round(float(value), 9) for name, value in numbers.items()}}))
`;

describe.runIf(python !== undefined)('pandas', () => {
  test.each([
    [run, 'rounds', 3],
    [study, 'rounds', 2 * 2 * 2 * 2],
    [run, 'devices', undefined],
    [study, 'devices', undefined],
  ] as const)('reads the same table from CSV and from Parquet: %s, %s', async (folder, kind, rows) => {
    const [csv, parquet] = ['csv', 'parquet'].map((end) => join(outputs, `${kind}.${end}`));
    for (const path of [csv, parquet]) await succeed('export', folder, `--${kind}`, path);
    const [fromCsv, fromParquet] = await Promise.all(
      [csv, parquet].map((path) => pythonJson(python ?? '', READ, path)),
    );
    expect(fromParquet).toMatchObject({ rows: rows ?? expect.any(Number) });
    expect(fromCsv).toMatchObject({ sums: Object(fromParquet).sums, rows: Object(fromParquet).rows });
    expect(fromParquet).toMatchObject({
      types: { round: 'int32', answered: kind === 'rounds' ? 'int32' : 'bool' },
    });
  });
});

describe('the tables', () => {
  test('of a run have its metrics, in seconds, and the times of traced devices', async () => {
    const [rounds, devices] = [join(outputs, 'rounds-of-run.csv'), join(outputs, 'devices-of-run.csv')];
    const said = await succeed('export', run, '--rounds', rounds, '--devices', devices);
    expect(said).toContain(`${rounds}: 3 rows`);
    const [header, ...rows] = cellsOf(rounds);
    const result = JSON.parse(readFileSync(join(run, 'result.json'), 'utf8'));
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(column('delay_s').map(Number)).toEqual(
      result.rounds.map(({ delaySeconds }: { delaySeconds: number }) => delaySeconds),
    );
    expect(column('test_accuracy').map((cell) => cell !== '')).toEqual([false, true, true]);
    const [deviceHeader, ...deviceRows] = cellsOf(devices);
    const timed = deviceRows.filter((row) => row[deviceHeader.indexOf('uplink_embeddings_s')] !== '');
    expect(new Set(timed.map((row) => row[0]))).toEqual(new Set(['2']));
    const bands = new Map<string, number>();
    for (const row of deviceRows) {
      bands.set(row[0], (bands.get(row[0]) ?? 0) + Number(row[deviceHeader.indexOf('bandwidth_hz')]));
    }
    for (const band of bands.values()) expect(band).toBeCloseTo(result.config.channel.bandwidthHz, -1);
  });

  test('of a run that is not finished has its rounds so far', async () => {
    const folder = unfinishedCopy(run);
    const path = join(outputs, 'unfinished.csv');
    await succeed('export', folder, '--rounds', path);
    expect(cellsOf(path)).toHaveLength(1 + 2);
  });

  test('of an experiment have those of its runs, by point and seed', async () => {
    const experiment = join(outputs, 'experiment');
    mkdirSync(join(experiment, 'runs'), { recursive: true });
    const point = { name: 'first', variant: null, contender: null, varied: {}, settings: {} };
    const plan: ExperimentPlan = {
      format: 'airtune-experiment-plan',
      version: EXPERIMENT_VERSION,
      airtune: '0.1.0',
      title: 'two runs, one of them not begun',
      preset: null,
      notes: [],
      host: { target: 'embedded' },
      seeds: [3, 4],
      points: [point],
    };
    writeFileSync(join(experiment, 'plan.json'), JSON.stringify(plan));
    cpSync(run, join(experiment, runFolderName(point, 4)), { recursive: true });
    const [rounds, devices] = [join(outputs, 'e-rounds.csv'), join(outputs, 'e-devices.csv')];
    await succeed('export', experiment, '--rounds', rounds, '--devices', devices);
    const [header, ...rows] = cellsOf(rounds);
    expect(header.slice(0, 3)).toEqual(['point', 'seed', 'round']);
    expect(rows.map((row) => row.slice(0, 3))).toEqual([1, 2, 3].map((round) => ['first', '4', `${round}`]));
    expect(cellsOf(devices).length).toBeGreaterThan(4);
    const single = await airtune(['export', experiment, '--tensorboard', join(outputs, 'none')]);
    expect(single.stderr).toMatch(/--tensorboard: is of use with a run only\. Name one of the runs in/);
  });

  test('of devices of a study without traces names the flag', async () => {
    const plain = join(outputs, 'plain-study');
    await succeed('study', '--devices', '5', '--rounds', '1', '--policy', 'greedy', '--out', plain);
    const path = join(outputs, 'no-devices.csv');
    const { exitCode, stderr } = await airtune(['export', plain, '--devices', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/holds no times of single devices\. Run the study again with --trace-rounds/);
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    [['--rounds', 'rounds.xlsx'], /--rounds: "rounds.xlsx" is neither .csv nor .parquet/],
    [[], /nothing to export/],
  ])('are refused before anything is written: %j', async (options, line) => {
    const { exitCode, stderr } = await airtune(['export', run, ...options]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(line);
  });
});

function cellsOf(path: string): readonly (readonly string[])[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

/** A folder as a run leaves it while it writes its third line. */
function unfinishedCopy(folder: string): string {
  const [first, second, third] = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n');
  const copy = join(outputs, 'unfinished');
  mkdirSync(copy);
  writeFileSync(join(copy, 'metrics.jsonl'), `${first}\n${second}\n${third.slice(0, 40)}`);
  return copy;
}
