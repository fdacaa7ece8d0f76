/** Seconds of the fastest of several calls: the least disturbed by whatever else the machine does. */
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
 * The fastest of each of several contenders, taking turns, so that a change of the machine's speed meets all of them.
 *
 * @param batch calls per measurement, for calls too short for the clock
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

/** A duration with a unit that suits it. */
export function showSeconds(seconds: number): string {
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(1)} us`;
  if (seconds < 1) return `${(seconds * 1e3).toFixed(2)} ms`;
  return `${seconds.toFixed(2)} s`;
}
