import type { Terminal } from '#cli/terminal.ts';
import { printable } from '#shared/printable.ts';

/** Prints lines for the user on standard error; standard output is for results. */
export function noticesOf({ stderr }: Terminal): (line: string) => void {
  return (line) => {
    stderr.write(`${printable(line)}\n`);
  };
}

/** Text of a warning, for input that is likely to be a mistake. */
export function warning(text: string): string {
  return `airtune: warning: ${printable(text)}\n`;
}
