import type { PeftNames } from '#shared/model/families/model-family.ts';

/**
 * PEFT's names of a family whose layers have the same names in all versions of transformers.
 *
 * @param module Name of the family's module in transformers, for example `xlm_roberta`.
 */
export function peftNames(baseModelClass: string, module: string): PeftNames {
  return { baseModelClass, library: modelingLibrary(module), layerNames: (canonical) => [canonical] };
}

/** The Python module of transformers that contains a family's classes. */
export function modelingLibrary(module: string): string {
  return `transformers.models.${module}.modeling_${module}`;
}
