import { describe, expect, it } from 'vitest';
import { costLines, costTable } from '#cli/cost/cost-table.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { billOf } from '#emulator/services/prices/bill.ts';
import { estimateUsage } from '#run/cost/estimate-usage.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { TINY_LANGUAGE_MODEL } from '#test/support/tiny-language-run.ts';
import { tinyArguments, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const CLOUD = cloudParameters.parse({});
const USAGE = {
  queueRequests: 2e6,
  functionRequests: 1e6,
  functionGigabyteSeconds: 1000,
  storePuts: 10_000,
  storeGets: 100_000,
  containerHours: 2,
  transferGigabytes: 10,
};

describe('the lines of an estimate', () => {
  it('add up to the bill', () => {
    const sum = costLines(USAGE, CLOUD.prices).reduce((total, { usd }) => total + usd, 0);
    expect(sum).toBeCloseTo(billOf(USAGE, CLOUD.prices).totalUsd, 12);
  });

  it('are all shown, with the total and the cost of a round', () => {
    const table = costTable(USAGE, CLOUD.prices, 10, 80).split('\n');
    expect(table).toHaveLength(costLines(USAGE, CLOUD.prices).length + 3);
    expect(table.at(-2)).toMatch(/together +\$3\.0553/);
    expect(table.at(-1)).toMatch(/a round +\$0\.305533/);
  });
});

describe('the usage of a run', () => {
  const estimate = (training: Readonly<Record<string, number>>) =>
    estimateUsage(
      tinyConfig('nowhere', { training, scheduling: { policy: 'all-in' } }),
      TINY_BERT,
      60,
      CLOUD,
    );

  it('grows with its rounds, modelled or not', () => {
    const short = estimate({ devices: 2000, rounds: 50, batchSize: 2 });
    const long = estimate({ devices: 2000, rounds: 500, batchSize: 2 });
    expect(short.modelledRounds).toBe(50);
    expect(long.modelledRounds).toBe(50);
    const ratio = long.usage.functionRequests / short.usage.functionRequests;
    expect(ratio).toBeGreaterThan(8);
    expect(ratio).toBeLessThan(12);
  });

  it('of a language task is more than that of a classification with the same model', () => {
    const of = (data: Readonly<Record<string, unknown>>) =>
      estimateUsage(
        tinyConfig('nowhere', {
          data: { directory: 'nowhere', maxTokens: 8, ...data },
          lora: { rank: 2, targets: ['all-linear'] },
        }),
        TINY_LANGUAGE_MODEL,
        60,
        CLOUD,
      );
    const [classes, tokens] = [of({}), of({ task: 'causal-lm' })];
    expect(tokens.secondsPerRound).toBeGreaterThan(classes.secondsPerRound);
  });

  it('counts the time that the last replica waits for more', () => {
    const waiting = (idleSeconds: number) => ({
      ...CLOUD,
      encoder: { ...CLOUD.encoder, minimumReplicas: 0, idleSeconds },
    });
    const config = tinyConfig('nowhere');
    const hours = (idleSeconds: number) =>
      estimateUsage(config, TINY_BERT, 60, waiting(idleSeconds)).usage.containerHours;
    expect(hours(3600) - hours(300)).toBeCloseTo(3300 / 3600, 6);
  });
});

describe('airtune cost', () => {
  it('prices the settings of a run, with prices that can be replaced', async () => {
    const folder = scratchFolder(tinyModelAndData());
    const args = ['cost', ...tinyArguments(folder), '--cloud', 'prices.containerPerHour=7'];
    const { exitCode, stdout } = await airtune(args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^3 rounds of \d/);
    expect(stdout).toContain('$7.000');
  });

  it('names a price that there is none of', async () => {
    const folder = scratchFolder(tinyModelAndData());
    const { exitCode, stderr } = await airtune([
      'cost',
      ...tinyArguments(folder),
      '--cloud',
      'prices.containerPerHou=7',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('prices.containerPerHour');
  });
});
