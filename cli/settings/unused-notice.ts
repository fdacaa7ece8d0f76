/** Prints a notice of the settings that only other commands use; prints nothing if there are none. */
export function unusedNotice(
  command: string,
  unused: readonly string[],
  write: (text: string) => unknown,
): void {
  if (unused.length === 0) return;
  write(`airtune: notice: ${command} does not use ${unused.join(', ')}.\n`);
}
