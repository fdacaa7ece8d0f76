import { ProtocolError } from '#shared/errors.ts';
import type { PluginReference } from './plugin-reference.ts';

/** The record of a plug-in that a run's settings name. @throws ProtocolError if the run record has none */
export function requireRecord<Known>(
  word: string,
  reference: PluginReference,
  known: Known | undefined,
): Known {
  if (known !== undefined) return known;
  throw new ProtocolError(`does not describe its ${word} plug-in ${reference}.`, {
    subject: 'run record',
    remedy: 'Start a new run.',
  });
}
