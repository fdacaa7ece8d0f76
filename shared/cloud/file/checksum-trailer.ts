import { createHash } from 'node:crypto';
import { hashBytes } from '#shared/hash-bytes.ts';

const LABEL = 'sha256 ';
/** Label, 64 hexadecimal digits and a line end. */
const TRAILER_BYTES = LABEL.length + 64 + 1;

/** The contents of an object's file: the bytes of the object, then a last line with their SHA-256. */
export function withChecksum(bytes: Uint8Array): readonly Uint8Array[] {
  return [bytes, trailerOf(bytes)];
}

/**
 * The object in a file that {@link withChecksum} made, without a copy.
 *
 * @returns bytes undefined, with the reason in `found`, when the file is empty or does not match its
 * checksum.
 */
export function checkedObject(
  file: Uint8Array,
): { readonly bytes: Uint8Array } | { readonly bytes: undefined; readonly found: string } {
  if (file.byteLength === 0) return { bytes: undefined, found: 'it is empty' };
  const length = file.byteLength - TRAILER_BYTES;
  const bytes = file.subarray(0, Math.max(0, length));
  if (length >= 0 && Buffer.compare(trailerOf(bytes), file.subarray(length)) === 0) return { bytes };
  return { bytes: undefined, found: 'it does not match its checksum' };
}

function trailerOf(bytes: Uint8Array): Buffer {
  return Buffer.from(`${LABEL}${hashBytes(createHash('sha256'), bytes).digest('hex')}\n`);
}
