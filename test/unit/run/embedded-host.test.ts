import { expect, test } from 'vitest';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { beginEpoch } from '#run/execute/begin-epoch.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import { openEmbeddedHost } from '#run/hosts/embedded-host.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

test('an embedded run asks how far it has come only once a commit or a test is stored', async () => {
  const host = await openEmbeddedHost(scratchFolder(), cloudParameters.parse({}));
  const record = await prepareTinyRun(host.objects, tinyConfig(scratchFolder(tinyModelAndData())));
  const follower = new RunFollower(host.objects, record);
  const found: number[] = [];
  await host.execute({
    record,
    follower,
    epoch: await beginEpoch(host.objects, record.run),
    signal: new AbortController().signal,
    listener: () => {},
    notice: () => {},
    onProgress: async () => {
      const before = follower.commits.length + follower.evaluations.length;
      await follower.poll();
      found.push(follower.commits.length + follower.evaluations.length - before);
    },
  });
  expect(follower.finished).toBe(true);
  expect(found.length).toBeLessThanOrEqual(follower.commits.length + follower.evaluations.length);
  expect(found.reduce((sum, count) => sum + count, 0)).toBe(6);
});
