import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { airtune } from './airtune.ts';

export interface PrintedPrediction {
  readonly label: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Runs `airtune predict` with one input per line of standard input, and returns its output. */
export async function predictions(
  out: string,
  inputs: readonly string[],
  options: readonly string[] = [],
): Promise<readonly PrintedPrediction[]> {
  const input = inputs.map((line) => `${line}\n`).join('');
  const { exitCode, stdout, stderr } = await airtune(['predict', out, '--file', '-', ...options], { input });
  expect(exitCode, stderr).toBe(0);
  return parsePredictions(stdout);
}

export function parsePredictions(stdout: string): readonly PrintedPrediction[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line): PrintedPrediction => JSON.parse(line));
}

/** Fraction of predictions with the right label. */
export function accuracyOf(found: readonly PrintedPrediction[], labels: readonly string[]): number {
  expect(found).toHaveLength(labels.length);
  return found.filter(({ label }, row) => label === labels[row]).length / labels.length;
}

/** The last evaluation in a run's result. */
export function lastEvaluation(out: string): {
  readonly deviceAccuracy: readonly number[];
  readonly averagedHeadAccuracy: number;
} {
  const { evaluations } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  return evaluations.at(-1);
}
