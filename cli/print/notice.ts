import { printable } from './printable.ts';

/** A line for the person who waits, on standard error: standard output is for results. */
export function printNotice(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** The same for something that is likely to be a mistake. */
export function warning(text: string): string {
  return `airtune: warning: ${printable(text)}\n`;
}
