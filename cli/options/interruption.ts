import type { Terminal } from '#cli/terminal.ts';

/**
 * A signal that aborts at the first SIGINT (Ctrl-C) or SIGTERM. The handlers are then removed, so a second
 * one ends the process at once. It also aborts when the airtune process that started this one has ended: the
 * channel between the two closes.
 *
 * Call it before any slow step, so that Node's default handler never receives a signal.
 */
export function interruption(terminal: Terminal): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) terminal.once(signal, () => controller.abort());
  if (terminal.connected === true) {
    terminal.once('disconnect', () => controller.abort());
    // The listener alone would keep the process alive.
    terminal.channel?.unref();
  }
  // The channel closed while this process started: its event is over, or comes without a listener.
  if (terminal.connected === false) controller.abort();
  return controller.signal;
}
