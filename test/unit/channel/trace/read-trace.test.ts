import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rateBitsPerSecond } from '#shared/channel/rate.ts';
import {
  channelOfRound,
  drawScenario,
  lastChannelRounds,
  nextChannelRound,
} from '#shared/channel/scenario.ts';
import { channelSettings } from '#shared/channel/settings.ts';
import { readTrace } from '#shared/channel/trace/read-trace.ts';
import { dataFolder } from '#test/support/reference-data.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const read = (text: string, roundSeconds = 1, name = 'gains.csv') =>
  readTrace(join(scratchFolder({ [name]: text }), name), roundSeconds);
const csv = (header: string, ...rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;

describe('a measured channel', () => {
  test('by round is read in any order of its rows', async () => {
    const trace = await read(csv('round,device,gainDb', '2,0,-81', '1,1,-90', '1,0,-80', '2,1,-91'));
    expect(trace).toMatchObject({ quantity: 'gainDb', devices: 2, values: [-80, -90, -81, -91] });
  });

  test('by time is interpolated at the start of each round, to the end of the shortest series', async () => {
    const rows = ['0,10,100', '0,11,200', '0,14,500', '1,0,10', '1,2.5,35', '1,9,100'];
    const trace = await read(csv('device,timeSeconds,rateBitsPerSecond', ...rows), 2);
    expect(trace).toMatchObject({ quantity: 'rateBitsPerSecond', devices: 2 });
    // Device 0 at 10, 12 and 14 s; device 1 at 0, 2 and 4 s.
    expect(trace.values).toEqual([100, 10, 300, 30, 500, 50]);
  });

  test('of JSON lines has the same columns', async () => {
    const trace = await read('{"device":0,"round":1,"snrDb":3}\n', 1, 'gains.jsonl');
    expect(trace).toMatchObject({ quantity: 'snrDb', values: [3] });
  });

  test('of many devices is read in time: its rounds are counted once', async () => {
    const rows = Array.from({ length: 20_000 }, (_, device) => `${device},1,-80\n${device},2,-81`);
    const trace = await read(csv('device,round,gainDb', ...rows));
    expect([trace.devices, trace.values.length]).toEqual([20_000, 40_000]);
  });

  test.each([
    ['no quantity', csv('device,round,gain', '0,1,-80'), /gains\.csv: has none of the columns gainDb, snrDb/],
    ['two quantities', csv('device,round,gainDb,snrDb', '0,1,-80,3'), /has the columns gainDb and snrDb/],
    ['no device', csv('round,gainDb', '1,-80'), /has no column device\./],
    ['neither round nor time', csv('device,gainDb', '0,-80'), /has no column round, and none timeSeconds/],
    ['no rows', csv('device,round,gainDb'), /gains\.csv: has no rows/],
    ['an empty value', csv('device,round,gainDb', '0,1,'), /gains\.csv:2: the column gainDb is empty/],
    ['a value that is no number', csv('device,round,gainDb', '0,1,-80', '0,2,low'), /gains\.csv:3: .*"low"/],
    ['a ragged row', csv('device,round,gainDb', '0,1,-80', '0,2'), /gains\.csv:3: the row has 2 cell/],
    [
      'a hole',
      csv('device,round,gainDb', '0,1,-80', '1,1,-80', '0,2,-80'),
      /has no value of device 1 in round 2/,
    ],
    ['a missing device', csv('device,round,gainDb', '0,1,-80', '2,1,-80'), /has no rows of device 1/],
    [
      'a round 0',
      csv('device,round,gainDb', '0,0,-80'),
      /gains\.csv:2: the column round is 0; rounds are counted from 1/,
    ],
    [
      'a round twice',
      csv('device,round,gainDb', '0,1,-80', '0,1,-81'),
      /gains\.csv:3: device 0 has round 1 twice/,
    ],
    [
      'a rate of 0',
      csv('device,timeSeconds,rateBitsPerSecond', '0,0,0'),
      /gains\.csv:2: the column rateBitsPerSecond is 0/,
    ],
    [
      'a gain below any',
      csv('device,round,gainDb', '0,1,-301'),
      /gainDb is -301 dB; allowed are -300 to 300/,
    ],
    ['a rate above any', csv('device,round,rateBitsPerSecond', '0,1,1e300'), /is 1e\+300; at most/],
    [
      'a time above any',
      csv('device,timeSeconds,gainDb', '0,1e300,-80'),
      /timeSeconds is 1e\+300; times are/,
    ],
    [
      'a round above any',
      csv('device,round,gainDb', '0,9007199254740991,-80'),
      /gives 9007199254740991 rounds of 1 devices; at most 1000000 values are allowed/,
    ],
    [
      'a device above any',
      csv('device,round,gainDb', '0,1,-80', '999999,1,-80'),
      /has no rows of device 1\./,
    ],
    ['a gain in another unit', csv('device,round,gainDb', '0,1,1e9'), /the column gainDb is 1000000000 dB/],
  ])('with %s is one line that names the place', async (_, text, line) => {
    expect(await rejectedLine(read(text))).toMatch(line);
  });
});

describe('the rounds of a scenario with a trace', () => {
  const scenarioOf = async (text: string) =>
    drawScenario(channelSettings.parse({ trace: await read(text) }), 1, 2);

  test('have the gains of the trace, which is repeated after its last round', async () => {
    const scenario = await scenarioOf(csv('device,round,gainDb', '0,1,-80', '1,1,-90', '0,2,-70', '1,2,-60'));
    const gains = (round: number) => [...channelOfRound(scenario, round).channelGain];
    expect(gains(0)).toEqual([1e-8, 1e-9]);
    expect(gains(1)).toEqual([1e-7, 1e-6]);
    expect(gains(4)).toEqual(gains(0));
    expect(nextChannelRound(scenario, channelOfRound(scenario, 2))).toEqual(channelOfRound(scenario, 3));
    expect(lastChannelRounds(scenario, 9, 8)).toHaveLength(8);
  });

  test('have gains with which a device that has the whole band reaches the measured rate or ratio', async () => {
    const rates = await scenarioOf(csv('device,round,rateBitsPerSecond', '0,1,3e6', '1,1,8e7'));
    const { bandwidthHz } = rates.settings;
    const gammaOf = (scenario: typeof rates, device: number) =>
      (scenario.powerWatts[device] * channelOfRound(scenario, 0).channelGain[device]) /
      scenario.noiseWattsPerHz;
    expect(rateBitsPerSecond(bandwidthHz, gammaOf(rates, 0))).toBeCloseTo(3e6, 3);
    expect(rateBitsPerSecond(bandwidthHz, gammaOf(rates, 1))).toBeCloseTo(8e7, 3);
    const ratios = await scenarioOf(csv('device,round,snrDb', '0,1,0', '1,1,10'));
    expect(gammaOf(ratios, 0) / bandwidthHz).toBeCloseTo(1, 12);
    expect(gammaOf(ratios, 1) / bandwidthHz).toBeCloseTo(10, 12);
  });
});

const data = dataFolder();

describe.runIf(data !== undefined)('public traces of mobile networks', () => {
  test('become a channel with one gain for each device and second', async () => {
    const folder = join(data ?? '', 'traces', 'bandwidth-traces', 'cooked_3gp');
    const rows = readdirSync(folder)
      .sort()
      .slice(0, 5)
      .flatMap((name, device) =>
        readFileSync(join(folder, name), 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split('\t'))
          .map(([seconds, mbps]) => `${device},${seconds},${Math.max(1e3, Number(mbps) * 1e6)}`),
      );
    const trace = await read(csv('device,timeSeconds,rateBitsPerSecond', ...rows));
    expect(trace.devices).toBe(5);
    expect(trace.values.length / 5).toBeGreaterThan(100);
    expect(trace.values.every((rate) => rate >= 1e3)).toBe(true);
  });
});
