import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { LORA_TARGETS, type LoraSettings } from './lora-settings.ts';

/** A dense layer that LoRA sits on. */
export interface LoraModule {
  /** Canonical name of the layer, e.g. `encoder.layer.0.attention.self.query`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

function requireSettings({ rank, alpha, targets }: LoraSettings): void {
  if (!Number.isInteger(rank) || rank < 1) {
    throw new ConfigError(`is ${rank}.`, {
      subject: 'setting LoRA rank',
      remedy: 'Use a whole number from 1.',
    });
  }
  if (!Number.isFinite(alpha) || alpha <= 0) {
    throw new ConfigError(`is ${alpha}.`, {
      subject: 'setting LoRA alpha',
      remedy: 'Use a positive number.',
    });
  }
  if (targets.length === 0) {
    throw new ConfigError('names no layer.', {
      subject: 'setting LoRA targets',
      remedy: `Name at least one of ${LORA_TARGETS.join(', ')}.`,
    });
  }
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
 * The layers that LoRA sits on, in a fixed order whatever the order of the targets: layer by layer query, key,
 * value, then the pooler.
 *
 * @throws {@link ConfigError} for an unusable rank or alpha, and for an unknown target, naming the nearest one.
 */
export function loraModules(config: ModelConfig, settings: LoraSettings): readonly LoraModule[] {
  requireSettings(settings);
  const isTarget = (name: string) => settings.targets.includes(name);
  return adaptableModules(config).flatMap(({ target, ...module }) => (isTarget(target) ? [module] : []));
}

/** Every layer that LoRA can sit on, each with the target that names it, in their fixed order. */
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
