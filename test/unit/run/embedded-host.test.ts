import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { beginEpoch } from '#run/execute/begin-epoch.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import { openEmbeddedHost } from '#run/hosts/embedded-host.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
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

test('only objects that a run keeps are in its folder; a round whose answers were lost begins again without a notice', async () => {
  const state = scratchFolder();
  const first = await openEmbeddedHost(state, cloudParameters.parse({}));
  const record = await prepareTinyRun(first.objects, tinyConfig(scratchFolder(tinyModelAndData())));
  const { run } = record;
  const answer = runKeys.answer(run, 0, 1);
  await first.objects.put(answer, Uint8Array.of(1));
  await new RunStore(first.objects).closing(run, 0).decide({ round: 0, answered: [1] });
  expect(await first.objects.list(runKeys.answers(run))).toEqual([answer]);
  expect(readdirSync(state).filter((name) => !name.startsWith('~'))).toEqual(['runs']);

  const second = await openEmbeddedHost(state, cloudParameters.parse({}));
  expect(await second.objects.list(runKeys.answers(run))).toEqual([]);
  expect(await second.restore?.(record)).toBeUndefined();
  expect(await new RunStore(second.objects).closing(run, 0).read()).toBeUndefined();
});
