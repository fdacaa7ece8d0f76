/**
 * Aborts at the first SIGINT (Ctrl-C) or SIGTERM. The second one ends the process at once, as the handlers are gone.
 *
 * Call it before anything that takes time, so that a signal is never met by Node's default.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
