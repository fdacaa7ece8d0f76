import { describe, expect, it } from 'vitest';
import { makePoints } from '#study/points/points.ts';
import { longestFirst, studyTasks } from '#study/run/study-task.ts';

describe('tasks of a study', () => {
  it('are begun with the most devices and rounds first, alike ones in their order', () => {
    const sweeps = [
      { path: 'training.devices', values: [10, 1000, 100] },
      { path: 'training.rounds', values: [1, 20] },
    ];
    const tasks = studyTasks(makePoints({}, sweeps, 'grid'), 2);
    const order = longestFirst(tasks).map(({ point, repeat, settings }) => [
      settings.training.devices * settings.training.rounds,
      point,
      repeat,
    ]);
    expect(order.map(([size]) => size)).toEqual([
      20_000, 20_000, 2000, 2000, 1000, 1000, 200, 200, 100, 100, 10, 10,
    ]);
    expect(order.slice(0, 4).map(([, point, repeat]) => [point, repeat])).toEqual([
      [3, 0],
      [3, 1],
      [5, 0],
      [5, 1],
    ]);
  });
});
