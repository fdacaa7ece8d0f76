import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';

/** Maximum length of the header, given by the format. */
const LARGEST_HEADER_BYTES = 100_000_000;

/** Bytes per value of the types that are decoded. Values become 32-bit floats, 32-bit integers or bytes. */
export const BYTES_PER_VALUE = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, U8: 1, I8: 1 } as const;

export type StoredType = keyof typeof BYTES_PER_VALUE;

/** Bytes per value of the format's other types. A file may contain such tensors, but they are not decoded. */
const OTHER_BYTES_PER_VALUE: Readonly<Record<string, number>> = {
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  U32: 4,
  F64: 8,
  U64: 8,
  C64: 8,
};

/** Position of a tensor in a file. Offsets count from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  /** Type as written in the file: a {@link StoredType}, or a type that is not decoded. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** Entries in the order of their data, without gaps or overlaps. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Position of the first data byte in the file. */
  readonly dataStart: number;
}

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

const metadataSchema = z.record(z.string(), z.string());

const headerSchema = z.record(z.string(), z.unknown());

const REMEDY = 'Fetch or write the file again.';

function parseJson(bytes: Uint8Array, subject: string): Readonly<Record<string, unknown>> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return headerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ModelError('its safetensors header is not a JSON object.', { subject, remedy: REMEDY, cause });
  }
}

/** The type of an entry. Throws a {@link ModelError} with the tensor's name when the type is not decoded. */
export function requireStoredType({ name, type }: TensorEntry, subject: string): StoredType {
  const known = STORED_TYPES.find((candidate) => candidate === type);
  if (known !== undefined) return known;
  throw new ModelError(`tensor ${name} has type ${type}, expected one of ${STORED_TYPES.join(', ')}.`, {
    subject,
    remedy: 'Convert it to F32 or F16.',
  });
}

const STORED_TYPES: readonly StoredType[] = ['F32', 'F16', 'BF16', 'I32', 'I64', 'U8', 'I8'];

/** Bytes per value of a type; undefined for a type that is unknown here. */
function bytesPerValue(type: string): number | undefined {
  const stored = STORED_TYPES.find((candidate) => candidate === type);
  if (stored !== undefined) return BYTES_PER_VALUE[stored];
  return Object.hasOwn(OTHER_BYTES_PER_VALUE, type) ? OTHER_BYTES_PER_VALUE[type] : undefined;
}

function parseEntry(name: string, value: unknown, subject: string): TensorEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    throw new ModelError(`tensor ${name} has a malformed header entry.`, { subject, remedy: REMEDY });
  }
  const { dtype: type, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const width = bytesPerValue(type);
  if (width === undefined) return { name, type, shape, begin, end };
  const expected = shape.reduce((product, length) => product * length, width);
  if (end - begin !== expected) {
    throw new ModelError(
      `tensor ${name} of ${type} [${shape.join(', ')}] needs ${expected} bytes, its offsets span ${end - begin}.`,
      { subject, remedy: REMEDY },
    );
  }
  return { name, type, shape, begin, end };
}

/** Checks that the entries, in the order of their data, cover `dataBytes` bytes without gap or overlap. */
function requireContiguous(entries: readonly TensorEntry[], dataBytes: number, subject: string): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      const fault = begin < position ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new ModelError(`tensor ${name} ${fault}.`, { subject, remedy: REMEDY });
    }
    if (end > dataBytes) {
      throw new ModelError(
        `is truncated inside tensor ${name}: ${end} data bytes expected, ${dataBytes} there.`,
        { subject, remedy: REMEDY },
      );
    }
    position = end;
  }
  if (position !== dataBytes) {
    throw new ModelError(`has ${dataBytes - position} bytes after its last tensor.`, {
      subject,
      remedy: REMEDY,
    });
  }
}

/** Bytes before the header, which hold its length. */
export const LENGTH_BYTES = 8;

/**
 * Position of the first data byte: the end of the header.
 *
 * @param beginning at least the first {@link LENGTH_BYTES} bytes of the file, or all of a shorter one
 * @param fileBytes size of the whole file
 * @throws {@link ModelError} naming `subject` for a header that cannot be in the file
 */
export function headerEnd(beginning: Uint8Array, fileBytes: number, subject: string): number {
  if (beginning.length < LENGTH_BYTES) {
    throw new ModelError(`is ${beginning.length} bytes long, too short for a safetensors file.`, {
      subject,
      remedy: REMEDY,
    });
  }
  const { buffer, byteOffset } = beginning;
  const headerBytes = Number(new DataView(buffer, byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  const rest = fileBytes - LENGTH_BYTES;
  if (headerBytes > LARGEST_HEADER_BYTES || headerBytes > rest) {
    throw new ModelError(`announces a header of ${headerBytes} bytes, the file holds ${rest}.`, {
      subject,
      remedy: 'Check that it is a safetensors file, or fetch it again.',
    });
  }
  return LENGTH_BYTES + headerBytes;
}

/**
 * Reads and checks the header of a safetensors file.
 *
 * @param beginning the file up to the end of its header, or more
 * @param fileBytes size of the whole file
 * @throws {@link ModelError} naming `subject`, and the tensor if one is invalid.
 */
export function readHeader(beginning: Uint8Array, fileBytes: number, subject: string): Header {
  const dataStart = headerEnd(beginning, fileBytes, subject);
  const { __metadata__: metadata, ...rest } = parseJson(beginning.subarray(LENGTH_BYTES, dataStart), subject);
  const checkedMetadata = metadataSchema.safeParse(metadata ?? {});
  if (!checkedMetadata.success) {
    throw new ModelError('its metadata is not a map from text to text.', { subject, remedy: REMEDY });
  }
  const entries = Object.entries(rest)
    .map(([name, value]) => parseEntry(name, value, subject))
    .sort((first, second) => first.begin - second.begin || first.end - second.end);
  requireContiguous(entries, fileBytes - dataStart, subject);
  return { entries, metadata: checkedMetadata.data, dataStart };
}
