import { availableParallelism, totalmem } from 'node:os';
import { runCommand } from '#local/run-command.ts';
import type { Finding } from './finding.ts';

/** The oldest Node version that runs TypeScript without a build. */
const OLDEST_NODE: readonly [number, number] = [22, 18];

export function nodeFinding(version: string): Finding {
  const [major, minor] = version.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const name = 'Node.js';
  if (enough) return { name, state: 'ok', detail: version };
  const remedy = 'Install a newer one; in a checkout, npm ci and npx airtune bring one along.';
  return { name, state: 'broken', detail: `${version}; ${OLDEST_NODE.join('.')} or newer is needed`, remedy };
}

export function machineFinding(): Finding {
  const detail = `${availableParallelism()} cores, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB of memory`;
  return { name: 'machine', state: 'ok', detail };
}

/** Graphics cards that NVIDIA's driver reports. */
export async function graphicsFinding(): Promise<Finding> {
  const name = 'GPU';
  const { status, stdout } = await runCommand('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']);
  const cards = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  if (status === 0 && cards.length > 0) return { name, state: 'ok', detail: cards.join(', ') };
  return { name, state: 'absent', detail: 'no NVIDIA card; the encoder runs on the processor' };
}
