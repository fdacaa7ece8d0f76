import { fileChunks } from './file-chunks.ts';
import { textChunks } from './text-chunks.ts';

export interface FileLine {
  /** Line number, counted from 1. */
  readonly number: number;
  /** The line without its end (LF or CRLF). */
  readonly text: string;
}

/**
 * Streams a text file as {@link streamLines} does. Also throws a DataError with the path when the file cannot
 * be read.
 */
export function fileLines(path: string): AsyncGenerator<FileLine> {
  return streamLines(fileChunks(path), path);
}

/**
 * Streams text line by line in constant memory: UTF-8, or UTF-16 with a byte order mark. Lines end with LF or
 * CRLF. Other characters at which some readers break lines (U+2028, a lone CR) are part of a row. Only in a
 * text without any LF, a lone CR ends a line. The byte order mark and blank lines at the end are dropped.
 *
 * @param chunks Bytes of the text; the boundaries of the chunks do not matter.
 * @param subject Name of the stream in errors, usually a path.
 * @throws DataError with the stream when reading fails; with stream and line when bytes are not text.
 */
export async function* streamLines(
  chunks: AsyncIterable<unknown>,
  subject: string,
): AsyncGenerator<FileLine> {
  let number = 0;
  let blank: FileLine[] = [];
  for await (const { text, linesBefore } of textChunks(chunks, subject)) {
    for (const line of linesIn(text, linesBefore > 0)) {
      number++;
      // Blank lines are kept back until a non-blank line follows: at the end of the text they are dropped.
      if (line === '') {
        blank.push({ number, text: line });
        continue;
      }
      yield* blank;
      blank = [];
      yield { number, text: line };
    }
  }
}

function linesIn(text: string, afterLineFeed: boolean): readonly string[] {
  const byLineFeed = afterLineFeed || text.includes('\n');
  const lines = byLineFeed ? text.split('\n') : text.split('\r');
  if (lines.at(-1) === '') lines.pop();
  return byLineFeed ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines;
}
