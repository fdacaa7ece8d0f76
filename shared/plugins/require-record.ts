import { ProtocolError } from '#shared/errors.ts';
import type { PluginReference } from './plugin-reference.ts';

/** What a run's record says of a plug-in that its settings name. @throws ProtocolError if it says nothing */
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
