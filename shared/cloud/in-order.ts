/**
 * Does a task for every item, with at most `inFlight` of them begun and not yet handed out, and yields the results in the
 * items' order. Memory is bounded by `inFlight` results. When a task fails or the reader stops, waits for the tasks that
 * are still running, so that nothing goes on behind the caller's back.
 *
 * @throws What the first failing task, in the items' order, threw.
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
    // It is awaited in its turn; until then a failure must not count as unhandled.
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

/** The results of a task for every item, in the items' order, with at most `inFlight` tasks under way. */
export async function mapInOrder<Item, Result>(
  items: readonly Item[],
  inFlight: number,
  task: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for await (const result of inOrder(items, inFlight, task)) results.push(result);
  return results;
}
