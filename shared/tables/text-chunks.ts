import { DataError } from '#shared/errors.ts';

/** Decoded text of whole lines. Only the last chunk of a stream may end without a line feed. */
export interface TextChunk {
  readonly text: string;
  /** Number of line feeds before the chunk. */
  readonly linesBefore: number;
}

type Decoder = InstanceType<typeof TextDecoder>;

const LINE_FEED = 0x0a;

/**
 * Longest line that is read [bytes]. A longer one is not a row of text, and would fill the memory.
 */
const LONGEST_LINE = 64 * 2 ** 20;

/**
 * Decodes UTF-8, or UTF-16 with a byte order mark, in chunks of whole lines. The mark is removed.
 *
 * @param chunks Bytes of the text; the boundaries of the chunks do not matter.
 * @param subject Name of the stream in errors, usually a path.
 * @throws DataError with the stream when reading fails; with stream and line when bytes are not text.
 */
export async function* textChunks(
  chunks: AsyncIterable<unknown>,
  subject: string,
): AsyncGenerator<TextChunk> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let linesBefore = 0;
  for await (const bytes of wholeLines(utf8Bytes(bytesOf(chunks, subject), subject), subject)) {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch (cause) {
      const line = linesBefore + firstBadLine(decoder, bytes);
      throw new DataError('the line is not UTF-8 text.', {
        subject: `${subject}:${line}`,
        remedy: 'Save the file as UTF-8.',
        cause,
      });
    }
    yield { text: linesBefore === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text, linesBefore };
    linesBefore += countLineFeeds(bytes);
  }
}

/** Collects bytes up to the last line feed of each chunk. The rest of the stream is the last part. */
async function* wholeLines(chunks: AsyncIterable<Uint8Array>, subject: string): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield Buffer.concat([...rest, chunk.subarray(0, end)]);
      rest = [];
      restBytes = 0;
    }
    if (end === chunk.length) continue;
    rest.push(chunk.subarray(end));
    restBytes += chunk.length - end;
    if (restBytes > LONGEST_LINE) {
      throw new DataError(`has a line of more than ${LONGEST_LINE / 2 ** 20} MiB.`, {
        subject,
        remedy: 'Check that it is a text file with one row a line.',
      });
    }
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}

/** The bytes in UTF-8. Text in UTF-16 is recognised by its byte order mark. */
async function* utf8Bytes(chunks: AsyncIterable<Uint8Array>, subject: string): AsyncGenerator<Uint8Array> {
  let decoder: Decoder | undefined;
  // Kept until there are the two bytes of a byte order mark; then undefined.
  let beginning: Uint8Array | undefined = new Uint8Array(0);
  const toUtf8 = (bytes: Uint8Array): Uint8Array =>
    decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
  try {
    for await (const chunk of chunks) {
      if (beginning === undefined) {
        yield toUtf8(chunk);
        continue;
      }
      beginning = Buffer.concat([beginning, chunk]);
      if (beginning.length < 2) continue;
      decoder = utf16Decoder(beginning);
      yield toUtf8(beginning);
      beginning = undefined;
    }
    if (beginning !== undefined) yield beginning;
    if (decoder !== undefined) yield Buffer.from(decoder.decode());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new DataError('is not UTF-16 text, which its byte order mark announces.', {
      subject,
      remedy: 'Save the file as UTF-8.',
      cause,
    });
  }
}

function utf16Decoder([first, second]: Uint8Array): Decoder | undefined {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal: true });
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal: true });
  return undefined;
}

function firstBadLine(decoder: Decoder, bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}

function countLineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

async function* bytesOf(chunks: AsyncIterable<unknown>, subject: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      if (chunk instanceof Uint8Array && chunk.length > 0) yield chunk;
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot be read (${reason}).`, {
      subject,
      remedy: 'Check that it is a file you may read.',
      cause,
    });
  }
}
