import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensors, WritableTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { safetensorsParts } from '#shared/model/safetensors/write-safetensors.ts';

/** A frame's message, an object that JSON can hold, and its tensors. */
export interface Frame {
  readonly message: unknown;
  readonly tensors: StoredTensors;
}

/** Bytes of a frame's head. */
const HEAD_BYTES = 16;

/** Value of a head's slot for requests without a slot in the shared memory. */
const NO_SLOT = 0xff_ff_ff_ff;

/** Name of a frame's body in errors. */
const SUBJECT = 'frame of the torch engine';

/** A frame of a stream: its body, or the bytes of the body that is in the shared memory. */
export type ReceivedFrame = { readonly body: Uint8Array } | { readonly sharedBytes: number };

/**
 * The parts of a frame's body: a safetensors file with the message as JSON in its metadata. They share the
 * memory of the tensors.
 */
export function frameBody(
  message: unknown,
  tensors: ReadonlyMap<string, WritableTensor>,
): readonly Uint8Array[] {
  return safetensorsParts(tensors, { message: JSON.stringify(message) });
}

/**
 * The head of a frame, little-endian: bytes of the body (64 bits unsigned), the slot of the request in the
 * shared memory (32 bits), and whether the body is there (32 bits, 1) or follows on the pipe (0).
 */
export function frameHead(bodyBytes: number, slot: number | undefined, isShared: boolean): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeBigUInt64LE(BigInt(bodyBytes));
  head.writeUInt32LE(slot ?? NO_SLOT, 8);
  head.writeUInt32LE(isShared ? 1 : 0, 12);
  return head;
}

/** @throws ModelError for a body that is no safetensors file, SyntaxError for a message that is not JSON */
export function decodeFrame(body: Uint8Array): Frame {
  const { metadata, tensors } = readSafetensors(body, SUBJECT);
  return { message: JSON.parse(metadata.message ?? 'null'), tensors };
}

/** Cuts a stream of bytes into its frames. */
export class FrameReader {
  #head = Buffer.alloc(0);
  #body: Uint8Array | undefined;
  #filled = 0;

  /** @returns the frames that are complete with this chunk */
  push(chunk: Uint8Array): readonly ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    let rest = chunk;
    while (rest.length > 0 || this.#isComplete()) {
      if (this.#body === undefined) {
        const missing = HEAD_BYTES - this.#head.length;
        this.#head = Buffer.concat([this.#head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#head.length < HEAD_BYTES) break;
        const bodyBytes = Number(this.#head.readBigUInt64LE());
        if (this.#head.readUInt32LE(12) === 1) {
          frames.push({ sharedBytes: bodyBytes });
          this.#head = Buffer.alloc(0);
          continue;
        }
        this.#body = new Uint8Array(bodyBytes);
        this.#filled = 0;
      }
      const part = rest.subarray(0, this.#body.length - this.#filled);
      this.#body.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#isComplete()) {
        frames.push({ body: this.#body });
        this.#body = undefined;
        this.#head = Buffer.alloc(0);
      }
    }
    return frames;
  }

  #isComplete(): boolean {
    return this.#body !== undefined && this.#filled === this.#body.length;
  }
}
