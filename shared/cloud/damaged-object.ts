import { ProtocolError } from '#shared/errors.ts';

/**
 * The error for a stored object whose bytes are not those that were written. The object is neither used nor
 * copied.
 */
export class DamagedObjectError extends ProtocolError {
  readonly key: string;

  /**
   * @param subject Names the object for a person: a file, or a bucket and a key.
   * @param found How the damage was recognised.
   */
  constructor(key: string, subject: string, found: string, remedy: string, cause?: unknown) {
    super(`is damaged: ${found}.`, { subject, remedy, ...(cause === undefined ? {} : { cause }) });
    this.key = key;
  }
}
