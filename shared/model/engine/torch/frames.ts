import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensors, WritableTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';

/** A frame's message, an object that JSON can hold, and its tensors. */
export interface Frame {
  readonly message: unknown;
  readonly tensors: StoredTensors;
}

/** Bytes of the length before a frame's body. */
const LENGTH_BYTES = 8;

/** Name of a frame's body in errors. */
const SUBJECT = 'frame of the torch engine';

/**
 * A frame as two parts: the length of the body (unsigned, 64 bits, little-endian), and the body, a
 * safetensors file with the message as JSON in its metadata.
 */
export function encodeFrame(
  message: unknown,
  tensors: ReadonlyMap<string, WritableTensor>,
): readonly [Uint8Array, Uint8Array] {
  const body = writeSafetensors(tensors, { message: JSON.stringify(message) });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(body.byteLength));
  return [length, body];
}

/** @throws ModelError for a body that is no safetensors file, SyntaxError for a message that is not JSON */
export function decodeFrame(body: Uint8Array): Frame {
  const { metadata, tensors } = readSafetensors(body, SUBJECT);
  return { message: JSON.parse(metadata.message ?? 'null'), tensors };
}

/** Cuts a stream of bytes into the bodies of its frames. */
export class FrameReader {
  #head = Buffer.alloc(0);
  #body: Uint8Array | undefined;
  #filled = 0;

  /** @returns the bodies that are complete with this chunk */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bodies: Uint8Array[] = [];
    let rest = chunk;
    while (rest.length > 0 || this.#isComplete()) {
      if (this.#body === undefined) {
        const missing = LENGTH_BYTES - this.#head.length;
        this.#head = Buffer.concat([this.#head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#head.length < LENGTH_BYTES) break;
        this.#body = new Uint8Array(Number(this.#head.readBigUInt64LE()));
        this.#filled = 0;
      }
      const part = rest.subarray(0, this.#body.length - this.#filled);
      this.#body.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#isComplete()) {
        bodies.push(this.#body);
        this.#body = undefined;
        this.#head = Buffer.alloc(0);
      }
    }
    return bodies;
  }

  #isComplete(): boolean {
    return this.#body !== undefined && this.#filled === this.#body.length;
  }
}
