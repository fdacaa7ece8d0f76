import { readFile } from 'node:fs/promises';

/** The text of a file, as {@link decodeText} reads it. Throws what reading throws, and a TypeError for bytes that are no text. */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readFile(path));
}

/**
 * The text in bytes: UTF-8, or UTF-16 with the byte order mark that editors and PowerShell put before it. The mark is no
 * part of the text.
 *
 * @throws TypeError for bytes that are neither
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** The lines of a text, which end in LF, CRLF or CR, without blank ones at its end. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
