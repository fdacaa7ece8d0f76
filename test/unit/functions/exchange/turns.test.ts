import { expect, it } from 'vitest';
import { Turns } from '#functions/exchange/turns.ts';

it('one task ends before the next begins, in the order of the calls, also after a failure', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const task = (name: string, work: () => Promise<void>) =>
    turns.take(async () => {
      log.push(`${name} begins`);
      await work();
      log.push(`${name} ends`);
      return name;
    });
  const results = Promise.allSettled([
    task('a', () => first.promise),
    task('b', () => Promise.reject(new Error('b fails'))),
    task('c', async () => {}),
  ]);
  await Promise.resolve();
  expect(log).toEqual(['a begins']);
  first.resolve();
  expect(await results).toMatchObject([{ value: 'a' }, { reason: { message: 'b fails' } }, { value: 'c' }]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
});
