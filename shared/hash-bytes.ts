import type { Hash } from 'node:crypto';

/** Node hashes less than 2 GiB in one call. */
const MOST_CALL_BYTES = 2 ** 30;

/** Adds bytes of any length to a hash. */
export function hashBytes(hash: Hash, bytes: Uint8Array, mostCallBytes = MOST_CALL_BYTES): Hash {
  for (let start = 0; start < bytes.byteLength; start += mostCallBytes) {
    hash.update(bytes.subarray(start, start + mostCallBytes));
  }
  return hash;
}
