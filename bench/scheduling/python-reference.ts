import { execFile } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';

const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';
const answerSchema = z.strictObject({ seconds: z.number(), size: z.int(), delaySeconds: z.number() });

/** Result of Algorithm 1 in SciPy for a round, and its time. */
export type ReferenceAnswer = z.output<typeof answerSchema>;

/** Runs Algorithm 1 in SciPy. @returns undefined, after a notice, if Python or SciPy is missing. */
export async function runReference(
  problem: RoundProblem,
  repetitions: number,
): Promise<ReferenceAnswer | undefined> {
  const input = JSON.stringify({ ...problem, channelGain: Array.from(problem.channelGain) });
  const script = join(import.meta.dirname, 'algorithm1.py');
  const output = await new Promise<string | undefined>((resolve) => {
    const child = execFile(PYTHON, [script, String(repetitions)], (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else {
        const reason = stderr.trim().split('\n').at(-1) || error.message;
        process.stderr.write(
          `skipped: Algorithm 1 in SciPy (${PYTHON}: ${reason}); set AIRTUNE_PYTHON to a Python with SciPy\n`,
        );
        resolve(undefined);
      }
    });
    // If Python is missing, the pipe closes; the callback above reports it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
  return output === undefined ? undefined : answerSchema.parse(JSON.parse(output));
}
