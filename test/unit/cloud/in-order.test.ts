import { describe, expect, it } from 'vitest';
import { inOrder, mapInOrder } from '#shared/cloud/in-order.ts';

/** Tasks that end on request. */
class HeldTasks {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, PromiseWithResolvers<string>>();

  readonly task = (item: number): Promise<string> => {
    const held = Promise.withResolvers<string>();
    this.begun.push(item);
    this.#ends.set(item, held);
    return held.promise;
  };

  end(item: number): void {
    this.#ends.get(item)?.resolve(`result ${item}`);
  }

  fail(item: number, error: Error): void {
    this.#ends.get(item)?.reject(error);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('inOrder', () => {
  it('begins as many tasks as may be in flight, and the next one when a result is handed out', async () => {
    const tasks = new HeldTasks();
    const results = inOrder([0, 1, 2, 3], 2, tasks.task);
    const first = results.next();
    expect(tasks.begun).toEqual([0, 1]);
    // A later task that ends first is held back and still counts towards the limit.
    tasks.end(1);
    await turn();
    expect(tasks.begun).toEqual([0, 1]);
    tasks.end(0);
    expect(await first).toEqual({ value: 'result 0', done: false });
    expect(tasks.begun).toEqual([0, 1, 2]);
    expect(await results.next()).toEqual({ value: 'result 1', done: false });
  });

  it('fails with the first failure in the order of items, after the tasks that had begun', async () => {
    const tasks = new HeldTasks();
    const all = mapInOrder([0, 1, 2, 3], 3, tasks.task);
    let ended = false;
    const outcome = all
      .catch((error: unknown) => error)
      .finally(() => {
        ended = true;
      });
    const wrong = new Error('of the first');
    tasks.fail(1, new Error('of the second'));
    tasks.fail(0, wrong);
    await turn();
    expect(ended).toBe(false);
    tasks.end(2);
    expect(await outcome).toBe(wrong);
    expect(tasks.begun).toEqual([0, 1, 2]);
  });

  it('gives nothing for no items', async () => {
    expect(await mapInOrder([], 4, () => Promise.reject(new Error('not called')))).toEqual([]);
  });
});
