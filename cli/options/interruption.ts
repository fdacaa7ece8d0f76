/**
 * A signal that aborts at the first SIGINT (Ctrl-C) or SIGTERM. The handlers are then removed, so a second
 * one ends the process at once.
 *
 * Call it before any slow step, so that Node's default handler never receives a signal.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
