import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/hugging-face/model-config.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { LORA_TARGETS, type LoraSettings } from './settings.ts';

/** A dense layer that LoRA sits on. */
export interface LoraModule {
  /** Canonical name of the layer, e.g. `encoder.layer.0.attention.self.query`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** Name of the self-attention module of one encoder layer. */
function attentionName(config: ModelConfig, layer: number): string {
  switch (config.family) {
    case 'bert':
      return `encoder.layer.${layer}.attention.self`;
    case 'vit':
      return `encoder.layer.${layer}.attention.attention`;
  }
}

/** Settings name known targets; an adapter from elsewhere may name others. */
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
 * The layers that LoRA sits on, in a fixed order whatever the order of the targets: layer by layer query, key,
 * value, then the pooler.
 *
 * @throws {@link ConfigError} for an unknown target, naming the nearest one.
 */
export function loraModules(config: ModelConfig, settings: LoraSettings): readonly LoraModule[] {
  requireKnown(settings.targets);
  const square = { inputs: config.hiddenSize, outputs: config.hiddenSize };
  const projections = LORA_TARGETS.filter(
    (name) => name !== 'pooler.dense' && settings.targets.includes(name),
  );
  const modules = Array.from({ length: config.layerCount }, (_, layer) =>
    projections.map((name) => ({ name: `${attentionName(config, layer)}.${name}`, ...square })),
  ).flat();
  if (settings.targets.includes('pooler.dense')) modules.push({ name: 'pooler.dense', ...square });
  return modules;
}
