import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { STAGES } from '#shared/protocol/stages.ts';

const resultSchema = z.object({
  rounds: z
    .array(z.object({ roundSeconds: z.number(), timeSplitSeconds: z.record(z.string(), z.number()) }))
    .min(1),
});

/** Where a finished run's rounds spent their time: the mean of each stage of their critical paths. */
export async function roundTimes(outputFolder: string): Promise<string> {
  const { rounds } = resultSchema.parse(
    JSON.parse(await readFile(join(outputFolder, 'result.json'), 'utf8')),
  );
  const mean = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  const rows = [
    ...STAGES.map((stage) => [stage, mean(({ timeSplitSeconds }) => timeSplitSeconds[stage] ?? 0)] as const),
    ['whole round', mean(({ roundSeconds }) => roundSeconds)] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .filter(([, seconds]) => seconds > 0)
    .map(([name, seconds]) => `  ${name.padEnd(width)}  ${(1000 * seconds).toFixed(0).padStart(6)} ms`)
    .join('\n');
}
