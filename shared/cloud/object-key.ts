import { ProtocolError } from '#shared/errors.ts';
import { OBJECT_LIMITS } from './service-limits.ts';

const KEY_PATTERN = /^[A-Za-z0-9._=-]+(\/[A-Za-z0-9._=-]+)*$/;
const PREFIX_PATTERN = /^[A-Za-z0-9._=/-]*$/;

/**
 * Checks an object key: `/`-separated names of letters, digits, `.`, `_`, `-` and `=`, none of them `.` or
 * `..`, at most 1024 characters. One adapter uses keys as paths below a folder, which they must not leave.
 *
 * @throws ProtocolError for any other key.
 */
export function checkObjectKey(key: string): void {
  const walks = key.split('/').some((name) => name === '.' || name === '..');
  if (KEY_PATTERN.test(key) && !walks && key.length <= OBJECT_LIMITS.maxKeyBytes) return;
  throw new ProtocolError('is not a valid object key.', {
    subject: JSON.stringify(key),
    remedy: 'Use /-separated names of letters, digits, ".", "_", "-" and "=", 1024 characters at most.',
  });
}

/**
 * Checks the prefix of a listing.
 *
 * @throws ProtocolError for a prefix with which no valid key can begin.
 */
export function checkKeyPrefix(prefix: string): void {
  const walks = prefix.split('/').some((name) => name === '..');
  if (PREFIX_PATTERN.test(prefix) && !walks && !prefix.startsWith('/') && !prefix.includes('//')) return;
  throw new ProtocolError('is not the beginning of any valid object key.', {
    subject: JSON.stringify(prefix),
    remedy: 'Use the characters object keys are made of.',
  });
}

/**
 * Compares keys in ascending order of their UTF-8 bytes. Keys are ASCII, so comparing code units gives the
 * same order.
 */
export function compareKeys(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
