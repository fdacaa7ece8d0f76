import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * Calls `onLine` for each line of a stream in UTF-8, without its line end; the last line may lack one. A line
 * of more than `mostCharacters` is passed on in parts of about that length, so that a program that never ends
 * its line cannot fill the memory.
 */
export function readBoundedLines(
  stream: Readable,
  mostCharacters: number,
  onLine: (line: string, isWhole: boolean) => void,
): void {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let characters = 0;
  const endLine = (isWhole: boolean): void => {
    const line = parts.join('');
    parts = [];
    characters = 0;
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line, isWhole);
  };
  stream.on('data', (chunk: Buffer) => {
    const [first, ...others] = decoder.write(chunk).split('\n');
    for (const [index, part] of [first, ...others].entries()) {
      if (index > 0) endLine(true);
      parts.push(part);
      characters += part.length;
      if (characters > mostCharacters) endLine(false);
    }
  });
  stream.on('end', () => {
    parts.push(decoder.end());
    if (parts.some((part) => part !== '')) endLine(true);
  });
}
