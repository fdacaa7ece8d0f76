import { ProtocolError } from '#shared/errors.ts';

/** A stored object whose bytes are not those that were written: it is not used, and it is never copied. */
export class DamagedObjectError extends ProtocolError {
  readonly key: string;

  /**
   * @param subject Names the object as a person finds it: a file, or a bucket and a key.
   * @param found How the damage showed.
   */
  constructor(key: string, subject: string, found: string, remedy: string, cause?: unknown) {
    super(`is damaged: ${found}.`, { subject, remedy, ...(cause === undefined ? {} : { cause }) });
    this.key = key;
  }
}
