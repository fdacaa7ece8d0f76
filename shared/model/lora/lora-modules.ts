import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { LORA_TARGETS, type LoraSettings } from './settings.ts';

/** A dense layer with LoRA. */
export interface LoraModule {
  /** Canonical name of the layer, e.g. `encoder.layer.0.attention.self.query`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Checks that targets are known: settings allow only known ones, but an adapter from elsewhere may name
 * others.
 */
function requireKnown(targets: readonly string[]): void {
  for (const target of targets) {
    if (LORA_TARGETS.some((known) => known === target)) continue;
    const nearest = nearestName(target, LORA_TARGETS);
    throw new ConfigError(`\`${target}\` is not a layer LoRA can sit on.`, {
      subject: 'setting LoRA targets',
      remedy:
        nearest === undefined ? `Use any of ${LORA_TARGETS.join(', ')}.` : `Did you mean \`${nearest}\`?`,
    });
  }
}

/**
 * The layers with LoRA, in a fixed order that does not depend on the order of the targets: query, key and
 * value of each layer, then the pooler.
 *
 * @throws {@link ConfigError} for an unknown target, with the nearest known one.
 */
export function loraModules(config: ModelConfig, settings: LoraSettings): readonly LoraModule[] {
  requireKnown(settings.targets);
  const isTarget = (name: string) => settings.targets.includes(name);
  return adaptableModules(config).flatMap(({ target, ...module }) => (isTarget(target) ? [module] : []));
}

/** All layers that LoRA can be added to, in their fixed order, each with its target name. */
export function adaptableModules(
  config: ModelConfig,
): readonly (LoraModule & { readonly target: (typeof LORA_TARGETS)[number] })[] {
  const { layout } = describeModel(config);
  const square = { inputs: config.hiddenSize, outputs: config.hiddenSize };
  const projections = layout.layers.flatMap(({ query, key, value }) => [
    { target: 'query' as const, name: query, ...square },
    { target: 'key' as const, name: key, ...square },
    { target: 'value' as const, name: value, ...square },
  ]);
  return [...projections, { target: 'pooler.dense', name: layout.pooler, ...square }];
}
