import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseRoundTrace } from '#shared/protocol/round-trace.ts';
import { airtune } from '#test/support/airtune.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { readTraceEvents } from '#test/support/trace-event-rules.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const traced = join(outputs, 'traced');
const plain = join(outputs, 'plain');

const traceOf = (folder: string, round: number) => {
  const path = join(folder, `round-0000${round}.json`);
  return parseRoundTrace(JSON.parse(readFileSync(path, 'utf8')), path);
};

beforeAll(async () => {
  for (const [out, options] of [
    [traced, ['--trace-rounds', '1,3']],
    [plain, []],
  ] as const) {
    const { exitCode, stderr } = await airtune(['run', ...tinyArguments(files), ...options, '--out', out]);
    expect(exitCode, stderr).toBe(0);
  }
});

describe('a traced run', () => {
  test('has the named traces, and no other byte changes', () => {
    expect(readdirSync(join(traced, 'traces'))).toEqual(['round-00001.json', 'round-00003.json']);
    expect(existsSync(join(plain, 'traces'))).toBe(false);
    expect(trainedFiles(traced)).toEqual(trainedFiles(plain));
    const read = (folder: string) => readFileSync(join(folder, 'metrics.jsonl'), 'utf8');
    expect(read(traced)).toBe(read(plain));
  });

  test('has spans that join, and add up to the critical path of the result', () => {
    const { rounds } = JSON.parse(readFileSync(join(traced, 'result.json'), 'utf8'));
    for (const round of [1, 3]) {
      const trace = traceOf(join(traced, 'traces'), round);
      const metrics = rounds[round - 1];
      expect(trace.devices.map(({ device }) => device)).toEqual(metrics.selected);
      expect(trace.criticalDevice).toBe(metrics.criticalDevice);
      expect(trace.committedMs / 1000).toBeCloseTo(metrics.roundSeconds, 6);
      for (const spans of [trace.criticalPath, ...trace.devices.map((device) => device.spans)]) {
        expect(spans[0].startMs).toBe(0);
        expect(spans.at(-1)?.endMs).toBe(trace.closedMs);
        expect(spans.slice(1).map(({ startMs }) => startMs)).toEqual(
          spans.slice(0, -1).map(({ endMs }) => endMs),
        );
      }
      const sums = new Map<string, number>();
      for (const { stage, startMs, endMs } of trace.criticalPath) {
        sums.set(stage, (sums.get(stage) ?? 0) + (endMs - startMs) / 1000);
      }
      for (const [stage, seconds] of sums) expect(seconds).toBeCloseTo(metrics.timeSplitSeconds[stage], 6);
    }
  });

  test('is shown by Perfetto with a track for each device and an arrow for each message', async () => {
    const out = join(outputs, 'rounds.json');
    const { exitCode, stderr } = await airtune(['trace', traced, '--round', 'all', '--out', out]);
    expect(exitCode, stderr).toBe(0);
    const { slices, arrows } = readTraceEvents(readFileSync(out, 'utf8'));
    const rounds = [1, 3].map((round) => traceOf(join(traced, 'traces'), round));
    const devices = new Set(rounds.flatMap((trace) => trace.devices.map(({ device }) => device)));
    expect([...slices.keys()].sort()).toEqual(
      [
        'critical path / the device that answers last',
        ...[...devices].map((device) => `devices / device ${device}`),
        'encoder / encoder 1',
        'scheduler / scheduler',
      ].sort(),
    );
    const scheduled = rounds.reduce((sum, trace) => sum + trace.devices.length, 0);
    expect(arrows).toHaveLength(4 * scheduled + rounds.length);
    expect(arrows).toContain('device.scheduled: scheduler / scheduler -> devices / device 0');
    expect(arrows).toContain('round.closed: encoder / encoder 1 -> scheduler / scheduler');
  });

  test('names the flag for a round that was not traced', async () => {
    const out = join(outputs, 'none.json');
    const untraced = await airtune(['trace', traced, '--round', '2', '--out', out]);
    expect(untraced.exitCode).toBe(2);
    expect(untraced.stderr).toMatch(
      /holds no trace of round 2\. Run again with --trace-rounds 2.*Traced are 1, 3/,
    );
    const never = await airtune(['trace', plain, '--round', 'last', '--out', out]);
    expect(never.stderr).toMatch(/holds no traces\. Run again with --trace-rounds/);
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    [['--trace-rounds', '4'], /--trace-rounds: names round 4; there are 3/],
    [['--trace-rounds', 'some'], /--trace-rounds: "some" is not a round/],
  ])('is refused before it begins for rounds it does not have: %j', async (options, line) => {
    const out = join(outputs, 'refused');
    const { exitCode, stderr } = await airtune(['run', ...tinyArguments(files), ...options, '--out', out]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(line);
    expect(existsSync(out)).toBe(false);
  });

  test('that was interrupted is traced from its resumption on', async () => {
    const out = join(outputs, 'interrupted');
    const started = await airtune(['run', ...tinyArguments(files), '--out', out], {
      interruptWhen: /^round 1\//m,
    });
    expect(started.exitCode, started.stderr).toBe(130);
    const resumed = await airtune(['run', '--resume', out, '--trace-rounds', 'all']);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    const done = Number(/stopped after (\d)/.exec(started.stderr)?.[1]);
    expect(resumed.stderr).toMatch(/no trace of .* that ended earlier: the answers are deleted/);
    expect(readdirSync(join(out, 'traces'))).toHaveLength(3 - done);
    expect(trainedFiles(out)).toEqual(trainedFiles(plain));
  });
});

describe('a traced study', () => {
  test('has traces of every run of every point, and no other byte changes', async () => {
    const options = ['study', '--devices', '6', '--rounds', '2', '--policy', 'greedy,exact', '--repeat', '2'];
    const [one, two] = [join(outputs, 'study'), join(outputs, 'study-traced')];
    expect((await airtune([...options, '--out', one])).exitCode).toBe(0);
    const { exitCode, stderr } = await airtune([...options, '--out', two, '--trace-rounds', 'last']);
    expect(exitCode, stderr).toBe(0);
    expect(readdirSync(join(two, 'traces'))).toHaveLength(4);
    for (const name of ['study.json', 'latency.csv', 'plan.json', 'report.html']) {
      expect(readFileSync(join(two, name), 'utf8')).toBe(readFileSync(join(one, name), 'utf8'));
    }
    const out = join(outputs, 'study.json');
    const shown = await airtune([
      ...['trace', two, '--point', '2', '--repeat', '2', '--round', '2', '--out', out],
    ]);
    expect(shown.exitCode, shown.stderr).toBe(0);
    const { devices } = traceOf(join(two, 'traces/point-00002-repeat-002'), 2);
    expect(readTraceEvents(readFileSync(out, 'utf8')).arrows).toHaveLength(4 * devices.length + 1);
  });
});

describe.skipIf(!hasMiniStack)('a run over the wire', () => {
  test('is traced in real time, from the answers at its endpoint', async () => {
    const { endpoint } = await miniStackOfTest();
    const out = join(outputs, 'wire');
    const begunMs = Date.now();
    const { exitCode, stderr } = await airtune(
      [
        ...['run', ...tinyArguments(files), '--target', 'aws', '--endpoint', endpoint],
        ...['--trace-rounds', 'all', '--out', out],
      ],
      { env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } },
    );
    expect(exitCode, stderr).toBe(0);
    expect(trainedFiles(out)).toEqual(trainedFiles(plain));
    const { rounds } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    for (const [index, metrics] of rounds.entries()) {
      const trace = traceOf(join(out, 'traces'), index + 1);
      expect(trace.virtualTime).toBe(false);
      expect(trace.startedAtMs).toBeGreaterThan(begunMs - 1000);
      expect(trace.devices.map(({ device }) => device)).toEqual(metrics.selected);
      for (const { spans } of trace.devices) expect(spans.at(-1)?.endMs).toBe(trace.closedMs);
    }
    const file = join(outputs, 'wire.json');
    const shown = await airtune(['trace', out, '--round', 'all', '--out', file]);
    expect(shown.exitCode, shown.stderr).toBe(0);
    const devices = rounds.reduce(
      (sum: number, each: { selected: number[] }) => sum + each.selected.length,
      0,
    );
    expect(readTraceEvents(readFileSync(file, 'utf8')).arrows).toHaveLength(4 * devices + rounds.length);
  });
});
