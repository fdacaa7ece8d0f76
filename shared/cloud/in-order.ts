/**
 * Runs a task for every item and yields the results in the order of the items. At most `inFlight` tasks are
 * begun whose results have not been taken, so memory is bounded by `inFlight` results. When a task fails or
 * the reader stops, the generator waits for all running tasks before it ends.
 *
 * @throws the error of the first failed task in the order of the items.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  inFlight: number,
  task: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const begun: Promise<Result>[] = [];
  let next = 0;
  const begin = (): void => {
    if (next === items.length) return;
    const result = task(items[next], next);
    next++;
    // The result is awaited later. Until then a failure must not count as an unhandled rejection.
    result.catch(() => {});
    begun.push(result);
  };
  while (begun.length < Math.min(inFlight, items.length)) begin();
  try {
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
      const result = await first;
      begin();
      yield result;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}

/** The results of a task for every item, in the order of the items, with at most `inFlight` tasks running. */
export async function mapInOrder<Item, Result>(
  items: readonly Item[],
  inFlight: number,
  task: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for await (const result of inOrder(items, inFlight, task)) results.push(result);
  return results;
}
