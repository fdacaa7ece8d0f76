/** Time of the fastest of several calls [s], which is least affected by other load of the machine. */
export function fastest(repetitions: number, call: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const start = performance.now();
    call();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/**
 * Time of the fastest call of each contender [s]. Contenders run in turns, so that a change of the machine's
 * speed affects all alike.
 *
 * @param batch Calls per measurement, for calls too short for the clock.
 */
export function fastestInTurns(
  repetitions: number,
  batch: number,
  contenders: readonly (() => unknown)[],
): readonly number[] {
  const least = contenders.map(() => Number.POSITIVE_INFINITY);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    contenders.forEach((call, index) => {
      const seconds = fastest(1, () => {
        for (let turn = 0; turn < batch; turn++) call();
      });
      least[index] = Math.min(least[index], seconds / batch);
    });
  }
  return least;
}

/** A duration as text, in a suitable unit. */
export function showSeconds(seconds: number): string {
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(1)} us`;
  if (seconds < 1) return `${(seconds * 1e3).toFixed(2)} ms`;
  return `${seconds.toFixed(2)} s`;
}
