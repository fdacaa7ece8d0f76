import { readFile } from 'node:fs/promises';

/**
 * Reads a text file and decodes it with {@link decodeText}.
 *
 * @throws Node's error if the file cannot be read; TypeError for bytes that are not text
 */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readFile(path));
}

/**
 * Decodes UTF-8, or UTF-16 with a byte order mark, as editors and PowerShell write it. The mark is removed.
 *
 * @throws TypeError for bytes that are not text
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** The lines of a text, which end in LF, CRLF or CR. Empty lines at its end are left out. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
