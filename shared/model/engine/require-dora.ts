import { ConfigError } from '#shared/errors.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';

/** Engines that compute DoRA. */
const DORA_ENGINES: readonly string[] = ['onnx', 'tfjs'];

/** The reason why an engine cannot run these LoRA settings; undefined if it can. */
export function doraFault(engine: string, { dora }: Pick<LoraSettings, 'dora'>): string | undefined {
  if (dora !== true || engine === 'auto' || DORA_ENGINES.includes(engine)) return undefined;
  return `is not in engine ${engine}; set server.engine to ${DORA_ENGINES.join(' or ')}, which have it, or lora.dora to false`;
}

/**
 * Checks that an engine has DoRA if the settings ask for it.
 *
 * @throws {@link ConfigError} naming the engines that have it.
 */
export function requireDora(engine: string, lora: Pick<LoraSettings, 'dora'>): void {
  const fault = doraFault(engine, lora);
  if (fault !== undefined) throw new ConfigError(`${fault}.`, { subject: 'setting lora.dora' });
}
