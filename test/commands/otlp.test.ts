import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '#local/free-port.ts';
import { airtune } from '#test/support/airtune.ts';
import { type CollectedSpan, startOtlpCollector } from '#test/support/otlp-collector.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const run = join(outputs, 'run');

function attributeOf({ attributes }: CollectedSpan, key: string): unknown {
  const value = attributes.find((each) => each.key === key)?.value;
  return value === undefined ? undefined : Object.values(value)[0];
}

const seconds = (span: CollectedSpan): number =>
  Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e9;

describe('a run with a collector', () => {
  test('is one trace a round: the round, its devices, their stages; and gauges', async () => {
    const collector = await startOtlpCollector();
    const { exitCode, stderr } = await airtune(['run', ...tinyArguments(files), '--otlp', '--out', run], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret%21',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
      },
    });
    expect(exitCode, stderr).toBe(0);
    expect(collector.faults).toEqual([]);
    expect(collector.headers()).toMatchObject({ 'api-key': 'secret!' });
    expect(Object.fromEntries(collector.resource)).toMatchObject({
      'service.name': 'airtune',
      'deployment.environment': 'test',
      'airtune.virtual_time': true,
    });
    const { rounds } = JSON.parse(readFileSync(join(run, 'result.json'), 'utf8'));
    const { spans } = collector;
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ name }) => name)).toEqual(['round 1', 'round 2', 'round 3']);
    for (const [index, root] of roots.entries()) {
      const metrics = rounds[index];
      expect(seconds(root)).toBeCloseTo(metrics.roundSeconds, 6);
      const inside = spans.filter(({ traceId }) => traceId === root.traceId);
      const devices = inside.filter(({ parentSpanId }) => parentSpanId === root.spanId);
      expect(devices.map((span) => Number(attributeOf(span, 'airtune.device')))).toEqual(metrics.selected);
      for (const device of devices) {
        const stages = inside.filter(({ parentSpanId }) => parentSpanId === device.spanId);
        expect(stages.reduce((sum, span) => sum + seconds(span), 0)).toBeCloseTo(seconds(device), 8);
        if (attributeOf(device, 'airtune.critical') !== true) continue;
        const uplink = stages.find((span) => attributeOf(span, 'airtune.stage') === 'uplinkEmbeddings');
        expect(uplink === undefined ? 0 : seconds(uplink)).toBeCloseTo(
          metrics.timeSplitSeconds.uplinkEmbeddings,
          8,
        );
      }
    }
    const values = (name: string): readonly number[] =>
      collector.gauges.filter((each) => each.name === name).map(({ gauge }) => gauge.dataPoints[0].asDouble);
    expect(values('airtune.train.loss')).toEqual(rounds.map((each: { trainLoss: number }) => each.trainLoss));
    expect(values('airtune.radio.delay')).toHaveLength(3);
    expect(collector.gauges.find(({ name }) => name === 'airtune.radio.delay')?.unit).toBe('s');
    expect(existsSync(join(run, 'traces'))).toBe(false);
  });

  test.each([
    ['that is down', async () => `http://127.0.0.1:${await freePort()}`, /does not answer/],
    ['that refuses', async () => (await startOtlpCollector(() => 401)).url, /answers 401/],
  ])('%s ends as without it, with one line', async (name, urlOf, reason) => {
    const out = join(outputs, name.replaceAll(' ', '-'));
    const { exitCode, stderr } = await airtune([
      ...['run', ...tinyArguments(files), '--otlp', await urlOf(), '--out', out],
    ]);
    expect(exitCode, stderr).toBe(0);
    const lines = stderr.split('\n').filter((line) => line.includes('--otlp'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(reason);
    expect(trainedFiles(out)).toEqual(trainedFiles(run));
  });

  test('that is overloaded for a while still gets everything', async () => {
    const collector = await startOtlpCollector((request) => (request < 2 ? 503 : 200));
    const out = join(outputs, 'overloaded');
    const { exitCode, stderr } = await airtune([
      ...['run', ...tinyArguments(files), '--otlp', collector.url, '--trace-rounds', '2', '--out', out],
    ]);
    expect(exitCode, stderr).toBe(0);
    const roots = collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ name }) => name)).toEqual(['round 2']);
    expect(collector.gauges.filter(({ name }) => name === 'airtune.devices.answered')).toHaveLength(3);
  });
});

test('a finished run is sent with the rounds that were traced', async () => {
  const collector = await startOtlpCollector();
  const traced = join(outputs, 'overloaded');
  const { exitCode, stdout, stderr } = await airtune(['export', traced, '--otlp', collector.url]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('3 rounds, 1 of them with spans');
  expect(collector.faults).toEqual([]);
  expect(collector.spans.some(({ name }) => name === 'round 2')).toBe(true);
  const gone = await airtune(['export', traced, '--otlp', `http://127.0.0.1:${await freePort()}`]);
  expect(gone.exitCode).toBe(7);
  expect(gone.stderr).toMatch(/--otlp: .* does not answer\. Name a collector/);
});
