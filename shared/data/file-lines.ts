import { createReadStream } from 'node:fs';
import { DataError } from '#shared/errors.ts';

export interface FileLine {
  /** Line number, counted from 1. */
  readonly number: number;
  /** The line without its end (LF or CRLF). */
  readonly text: string;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Streams a UTF-8 file as {@link streamLines} does. Also throws a DataError with the path when the file
 * cannot be read.
 */
export function fileLines(path: string): AsyncGenerator<FileLine> {
  return streamLines(createReadStream(path), path);
}

/**
 * Streams UTF-8 text line by line in constant memory. Lines end with LF or CRLF. Other characters at which
 * some readers break lines (U+2028, a lone CR) are part of a row. Only in a text without any LF, a lone CR
 * ends a line. A byte order mark at the start and blank lines at the end are dropped.
 *
 * @param chunks Bytes of the text; the boundaries of the chunks do not matter.
 * @param subject Name of the stream in errors, usually a path.
 * @throws DataError with the stream when reading fails; with stream and line when bytes are not UTF-8.
 */
export async function* streamLines(
  chunks: AsyncIterable<unknown>,
  subject: string,
): AsyncGenerator<FileLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  let blank: readonly FileLine[] = [];
  for await (const bytes of lineBytes(buffers(chunks, subject))) {
    number++;
    const line = { number, text: decodeLine(decoder, bytes, number, subject) };
    // Blank lines are kept back until a non-blank line follows: at the end of the text they are dropped.
    if (line.text === '') {
      blank = [...blank, line];
      continue;
    }
    yield* blank;
    blank = [];
    yield line;
  }
}

/**
 * Yields the bytes of each line: up to the next line feed or, in a text without line feeds, up to the next
 * carriage return.
 */
async function* lineBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: readonly Buffer[] = [];
  let anyLineFeed = false;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      anyLineFeed = true;
      yield Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest = [...rest, chunk.subarray(start)];
  }
  const last = Buffer.concat(rest);
  let start = 0;
  for (
    let end = last.indexOf(CARRIAGE_RETURN);
    end >= 0 && !anyLineFeed;
    end = last.indexOf(CARRIAGE_RETURN, start)
  ) {
    yield last.subarray(start, end);
    start = end + 1;
  }
  if (start < last.length) yield last.subarray(start);
}

function decodeLine(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Buffer,
  number: number,
  subject: string,
): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  try {
    const text = decoder.decode(bytes.subarray(0, end));
    return number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
  } catch (cause) {
    const remedy = 'Save the file as UTF-8.';
    throw new DataError('the line is not UTF-8 text.', { subject: `${subject}:${number}`, remedy, cause });
  }
}

async function* buffers(chunks: AsyncIterable<unknown>, subject: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of chunks) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot be read (${reason}).`, {
      subject,
      remedy: 'Check that it is a file you may read.',
      cause,
    });
  }
}
