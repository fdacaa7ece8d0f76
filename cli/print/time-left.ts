/** Remaining time as text; `undefined` stands for a time that is not known yet. */
export function timeLeft(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return 'time left unknown';
  return `about ${roughTime(Math.ceil(seconds), Math.ceil)} left`;
}

/** Elapsed time as text, as `35 s so far`. */
export function timeSoFar(seconds: number): string {
  return `${roughTime(Math.round(seconds), Math.round)} so far`;
}

function roughTime(seconds: number, whole: (value: number) => number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${whole(seconds / 60)} min`;
  return `${whole(seconds / 3600)} h`;
}
