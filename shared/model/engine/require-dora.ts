import { ConfigError } from '#shared/errors.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import { isQuantized, type Precision } from './precision.ts';

/** The reason why these LoRA settings do not work with a precision; undefined if they do. */
export function doraFault(
  precision: Precision | undefined,
  { dora }: Pick<LoraSettings, 'dora'>,
): string | undefined {
  if (dora !== true || precision === undefined || !isQuantized(precision)) return undefined;
  return `needs the lengths of the frozen weights' rows, which server.precision=${precision} does not keep; set server.precision to bfloat16 or lora.dora to false`;
}

/**
 * Checks that weights are not in 8 or 4 bits if the settings ask for DoRA.
 *
 * @throws {@link ConfigError} with both settings.
 */
export function requireDora(precision: Precision | undefined, lora: Pick<LoraSettings, 'dora'>): void {
  const fault = doraFault(precision, lora);
  if (fault !== undefined) throw new ConfigError(`${fault}.`, { subject: 'setting lora.dora' });
}
