import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRunResult } from '#shared/protocol/run-result.ts';
import { STAGES } from '#shared/protocol/stages.ts';

/** Table of a finished run's mean time per stage of the critical path. */
export async function roundTimes(outputFolder: string): Promise<string> {
  const path = join(outputFolder, 'result.json');
  const { rounds } = parseRunResult(JSON.parse(await readFile(path, 'utf8')), path);
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
