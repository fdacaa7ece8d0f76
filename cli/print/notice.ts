import { printable } from '#shared/printable.ts';

/** Prints a line for the user on standard error; standard output is for results. */
export function printNotice(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Text of a warning, for input that is likely to be a mistake. */
export function warning(text: string): string {
  return `airtune: warning: ${printable(text)}\n`;
}
