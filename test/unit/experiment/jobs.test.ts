import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobLimits } from '#experiment/run/job-limits.ts';
import { MetricsFollower } from '#experiment/run/metrics-follower.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const GIB = 2 ** 30;

test.each([
  ['a job for each processor', undefined, 100, 8 * GIB, { jobs: 4, threadsPerJob: 1 }],
  ['no more jobs than memory holds', undefined, 100, 2 * GIB, { jobs: 2, threadsPerJob: 2 }],
  ['one job at least', undefined, 100, GIB / 2, { jobs: 1, threadsPerJob: 4 }],
  ['no more jobs than runs', undefined, 3, 8 * GIB, { jobs: 3, threadsPerJob: 1 }],
  ['as many as the user asks for', 6, 100, GIB, { jobs: 6, threadsPerJob: 1 }],
])('jobs of an experiment: %s', (_, wished, runs, freeMemoryBytes, expected) => {
  expect(jobLimits({ processors: 4, freeMemoryBytes }, wished, runs, GIB)).toEqual(expected);
});

test('rounds are counted while the file grows, and again when it is rewritten', async () => {
  const path = join(scratchFolder(), 'metrics.jsonl');
  const follower = new MetricsFollower(path);
  expect(await follower.rounds()).toBe(0);
  writeFileSync(path, '{"round":1}\n{"rou');
  expect(await follower.rounds()).toBe(1);
  appendFileSync(path, 'nd":2}\n');
  expect(await follower.rounds()).toBe(2);
  writeFileSync(path, '{}\n');
  expect(await follower.rounds()).toBe(1);
});
