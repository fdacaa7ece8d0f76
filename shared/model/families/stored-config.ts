import * as z from 'zod';
import type { ModelConfig } from './model-config.ts';
import { FAMILIES, findFamily } from './registry.ts';

const storedConfig = z.looseObject({ family: z.string() });

/**
 * Validates a config that was stored as JSON.
 *
 * @throws ModelError for a family that is not known; a ZodError when it is not a config of its family.
 */
export function restoreConfig(value: unknown): ModelConfig {
  const { family } = storedConfig.parse(value);
  return findFamily(family, 'model').restore(value);
}

/**
 * Schema of a stored config as a part of settings. It accepts what {@link restoreConfig} accepts and keeps
 * the value as it was stored.
 */
export const storedConfigSchema = storedConfig.refine(isConfig, {
  message: 'must be a config of a model that airtune knows, as a study has stored it',
});

function isConfig(value: { readonly family: string }): boolean {
  const family = FAMILIES.find(({ name }) => name === value.family);
  if (family === undefined) return false;
  try {
    family.restore(value);
    return true;
  } catch {
    return false;
  }
}
