import { ProtocolError } from '#shared/errors.ts';
import { OBJECT_LIMITS } from './service-limits.ts';

const KEY_PATTERN = /^[A-Za-z0-9._=-]+(\/[A-Za-z0-9._=-]+)*$/;
const PREFIX_PATTERN = /^[A-Za-z0-9._=/-]*$/;

/**
 * Throws a ProtocolError unless the key is `/`-separated names of letters, digits, `.`, `_`, `-` and `=`, none of them
 * `.` or `..`: a key is a path below a folder in one adapter and must never lead out of it.
 */
export function checkObjectKey(key: string): void {
  const walks = key.split('/').some((name) => name === '.' || name === '..');
  if (KEY_PATTERN.test(key) && !walks && key.length <= OBJECT_LIMITS.maxKeyBytes) return;
  throw new ProtocolError('is not a valid object key.', {
    subject: JSON.stringify(key),
    remedy: 'Use /-separated names of letters, digits, ".", "_", "-" and "=", 1024 characters at most.',
  });
}

/** Throws a ProtocolError for a prefix that no valid key can begin with. */
export function checkKeyPrefix(prefix: string): void {
  const walks = prefix.split('/').some((name) => name === '..');
  if (PREFIX_PATTERN.test(prefix) && !walks && !prefix.startsWith('/') && !prefix.includes('//')) return;
  throw new ProtocolError('is not the beginning of any valid object key.', {
    subject: JSON.stringify(prefix),
    remedy: 'Use the characters object keys are made of.',
  });
}

/** Ascending order of UTF-8 bytes; keys are ASCII, so the order of their code units is the same. */
export function compareKeys(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
