import { createReadStream } from 'node:fs';
import { DataError } from '#shared/errors.ts';

export interface FileLine {
  /** Line number as an editor shows it, from 1. */
  readonly number: number;
  /** The line without its end (LF or CRLF). */
  readonly text: string;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Streams a UTF-8 file as {@link streamLines} does. Throws a DataError naming the file when it cannot be read, too. */
export function fileLines(path: string): AsyncGenerator<FileLine> {
  return streamLines(createReadStream(path), path);
}

/**
 * Streams UTF-8 text line by line in constant memory. LF and CRLF end a line: a row may hold any other character that
 * some readers break at (U+2028, a lone CR). Only in a text without any LF a lone CR ends a line. A byte order mark
 * before the first line and blank lines at the end are dropped.
 *
 * @param chunks Bytes as they come; how they are cut means nothing.
 * @param subject What to call the stream in errors: a path.
 * @throws DataError naming the stream when reading it fails, and stream and line where the bytes are not UTF-8.
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
    // Blank lines wait for one that is not: at the end of the text they mean nothing.
    if (line.text === '') {
      blank = [...blank, line];
      continue;
    }
    yield* blank;
    blank = [];
    yield line;
  }
}

/** Bytes from one line feed to the next; of a text without any, from one carriage return to the next. */
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
