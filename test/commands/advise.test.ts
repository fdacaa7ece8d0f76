import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { EXIT_CODES } from '#shared/errors.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const study = join(sharedScratchFolder(), 'study');

beforeAll(async () => {
  const sweep = 'cloud.encoder.maximumReplicas=1,2';
  const size = ['--devices', '6', '--rounds', '2', '--policy', 'greedy'];
  const { exitCode, stderr } = await airtune(['study', ...size, '--sweep', sweep, '--out', study]);
  expect(exitCode, stderr).toBe(0);
});

async function advice(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await airtune(['advise', ...args]);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

test('advice on a folder ends with a command that makes the best change, and it can be called', async () => {
  const given = ['server.requestsInParallel=1', 'channel.bandwidthHz=30e6'].flatMap((one) => ['--set', one]);
  const next = /Next: airtune (advise .*)\n/.exec(await advice(study, ...given, '--seeds', '1'))?.[1];
  expect(next?.split(' ').slice(0, 2)).toEqual(['advise', study]);
  // What was asked for, then a setting that no sweep replaces.
  expect(next).toMatch(/ --set server\.requestsInParallel=1 .*--seeds 1|--seeds 1 .*requestsInParallel=1 /);
  expect(next).not.toContain('cloud.encoder.maximumReplicas');
  const [, ...args] = next?.split(' ') ?? [];
  expect(await advice(...args)).toContain('Next: ');
});

test('a setting beside a folder replaces that of the study, and is refused if it is swept', async () => {
  const seconds = async (...args: readonly string[]) => {
    const { points } = JSON.parse(await advice(study, '--seeds', '1', '--json', ...args));
    return points.map((point: { secondsPerRound: { mean: number } }) => point.secondsPerRound.mean);
  };
  const [usual, slow] = [await seconds(), await seconds('--set', 'cloud.store.getLatencyMs=500')];
  expect(slow).toHaveLength(usual.length);
  for (const [index, mean] of slow.entries()) expect(mean).toBeGreaterThan(usual[index]);
  const swept = await airtune(['advise', study, '--set', 'cloud.encoder.maximumReplicas=3']);
  expect(swept.exitCode).toBe(EXIT_CODES.config);
  expect(swept.stderr).toMatch(
    /^airtune: --set: cloud\.encoder\.maximumReplicas is swept in .*\. Leave it out/m,
  );
});
