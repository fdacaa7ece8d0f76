import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import { roundMetrics } from '#run/output/round-metrics.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { parseMeasuredLogs } from '#study/calibration/measured-logs.ts';
import { measuredResult } from '#study/calibration/measured-result.ts';
import { scratchFolder, sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { type FinishedVirtualRun, virtualRun } from '#test/support/virtual-run.ts';

const folder = sharedScratchFolder(tinyModelAndData());
const lines: string[] = [];
let run: FinishedVirtualRun;

beforeAll(async () => {
  const config = tinyConfig(folder, {
    training: { devices: 4, rounds: 4, batchSize: 2, evaluateEvery: 4, graceSeconds: 60 },
    scheduling: { policy: 'all-in' },
  });
  run = await virtualRun(config, {
    listener: (event, fields) =>
      // The format of `aws logs tail`: time and stream before the record.
      lines.push(`2026-01-01T00:00:00 2026/01/01/[1]abc ${JSON.stringify({ event, ...fields })}`, 'START'),
  });
});

const resultOf = ({ record, follower }: FinishedVirtualRun) => ({
  run: record.run,
  target: 'aws',
  virtualTime: false,
  fillTokens: follower.commits[0].encoder.fillTokens,
  config: record.config,
  payloadBits: record.payloadBits,
  labelNames: record.labelNames,
  rounds: follower.commits.map((commit) => roundMetrics(commit, undefined)),
});

describe("a deployed scheduler's log", () => {
  it('gives the same measurements of a run as its output folder', () => {
    const logged = parseMeasuredLogs(lines, undefined, 'scheduler.log');
    const stored = measuredResult(resultOf(run), 'result.json');
    expect({ ...logged, target: 'aws', stageSeconds: {} }).toEqual({ ...stored, stageSeconds: {} });
    for (const stage of STAGES) {
      expect(logged.stageSeconds.mean[stage]).toBeCloseTo(stored.stageSeconds.mean[stage], 9);
      expect(logged.stageSeconds.critical[stage]).toBeCloseTo(stored.stageSeconds.critical[stage], 9);
    }
  });

  it('of a run on images, and its output folder, give the tokens of an image', async () => {
    const images = scratchFolder(tinyViTAndImages());
    const logged: string[] = [];
    const imageRun = await virtualRun(
      tinyConfig(images, {
        model: { directory: images, features: 'first-token', imageSize: 12 },
        data: { directory: images, task: 'cifar10', maxTokens: 8 },
        lora: { rank: 2, alpha: 4, targets: ['query'] },
      }),
      { listener: (event, fields) => logged.push(JSON.stringify({ event, ...fields })) },
    );
    const { settings } = measuredResult(resultOf(imageRun), 'result.json');
    expect(settings.data).toMatchObject({ maxTokens: 10, meanTokens: 10 });
    expect(parseMeasuredLogs(logged, undefined, 'scheduler.log').settings).toEqual(settings);
  });

  it.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['lines that end with CR', (text: string) => Buffer.from(text.replaceAll('\n', '\r'))],
    ['lines that end with CRLF', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ])('is read in %s', async (_, encoded) => {
    const path = join(scratchFolder(), 'scheduler.log');
    writeFileSync(path, encoded(`${lines.join('\n')}\n`));
    expect(await readMeasuredRun(path)).toEqual(parseMeasuredLogs(lines, undefined, path));
  });

  it('that is no text, or no file, is one line', async () => {
    const folder = scratchFolder();
    const [binary, pipe] = ['binary.log', 'pipe.log'].map((name) => join(folder, name));
    writeFileSync(binary, Uint8Array.of(0xc3, 0x28, 10));
    execFileSync('mkfifo', [pipe]);
    expect(await rejectedLine(readMeasuredRun(binary))).toBe(
      `${binary}:1: the line is not UTF-8 text. Save the file as UTF-8.`,
    );
    expect(await rejectedLine(readMeasuredRun(pipe))).toMatch(/^.*pipe\.log: is a pipe/);
  });

  it('accounts for a whole round: the mean of all timelines is as long as the longest', () => {
    for (const commit of run.follower.commits) {
      const { timeSplitSeconds, meanTimeSplitSeconds } = roundMetrics(commit, undefined);
      const sum = (split: Readonly<Record<string, number>>): number =>
        Object.values(split).reduce((total, seconds) => total + seconds, 0);
      expect(sum(meanTimeSplitSeconds)).toBeCloseTo(sum(timeSplitSeconds), 9);
    }
  });

  it('of several runs has to be told which, and without a beginning is none', () => {
    const other = lines.map((line) => line.replaceAll(run.record.run, 'another'));
    expect(() => parseMeasuredLogs([...lines, ...other], undefined, 'log')).toThrow('holds several runs');
    expect(parseMeasuredLogs([...lines, ...other], 'another', 'log').name).toBe('another');
    expect(() => parseMeasuredLogs(['no record', '{"event":"work"}'], undefined, 'log')).toThrow(
      'holds no run-begun record',
    );
  });
});
