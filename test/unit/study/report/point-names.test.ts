import { expect, test } from 'vitest';
import { describeSettings } from '#shared/config/describe-settings.ts';
import { pointNames } from '#study/report/point-names.ts';
import { STAGE_SETTINGS } from '#study/report/stage-parts.ts';
import { studySchema } from '#study/settings/study-schema.ts';

test.each([
  [{ 'scheduling.policy': 'greedy', 'channel.bandwidthHz': 20e6 }, 'greedy, 20 MHz bandwidth'],
  [{ 'cloud.encoder.minimumReplicas': 8, 'cloud.encoder.maximumReplicas': 8 }, '8 replicas'],
  [{ 'cloud.encoder.minimumReplicas': 1, 'cloud.encoder.maximumReplicas': 1 }, '1 replica'],
  [{ 'cloud.encoder.maximumReplicas': 64 }, 'at most 64 replicas'],
  [{ 'training.devices': 10_000 }, '10,000 devices'],
  [{ 'cloud.device.memoryMegabytes': 512 }, '512 MB memory'],
  [{ 'channel.powerDbm': 23 }, '23 dBm power'],
  [{ 'channel.fading.kind': 'none' }, 'kind none'],
  [{}, 'as set'],
])('%o is "%s"', (varied, name) => {
  expect(pointNames([{ varied }])).toEqual([name]);
});

test('points of the same plain name keep the names of their settings', () => {
  const points = [
    { varied: { 'cloud.scheduler.memoryMegabytes': 512, 'cloud.device.memoryMegabytes': 1024 } },
    { varied: { 'cloud.scheduler.memoryMegabytes': 512, 'cloud.device.memoryMegabytes': 1024.00001 } },
    { varied: { a: '1' } },
    { varied: { a: 1 } },
  ];
  expect(new Set(pointNames(points.slice(0, 2))).size).toBe(2);
});

test('every setting that a stage names is one', () => {
  const paths = describeSettings(studySchema).map(({ path }) => path);
  const known = (named: string): boolean =>
    paths.some((path) => path === named || path.startsWith(`${named}.`));
  expect(
    Object.values(STAGE_SETTINGS)
      .flat()
      .filter((path) => !known(path)),
  ).toEqual([]);
});
