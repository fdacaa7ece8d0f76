import { ConfigError } from '#shared/errors.ts';
import { type DenseLayer, encoderDenseLayers } from '#shared/model/engine/layout/dense-layers.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';
import { endNames } from './end-names.ts';
import { NamePatterns } from './name-patterns.ts';
import { moduleNames } from './peft-names.ts';
import type { LoraSettings } from './settings.ts';

/** The target that selects all dense layers except the pooler. */
export const ALL_LINEAR = 'all-linear';

/** A dense layer that LoRA can be added to. */
export interface AdaptableModule extends Pick<DenseLayer, 'inputs' | 'outputs' | 'role'> {
  /** Canonical name of the layer, e.g. `encoder.layer.0.attention.self.query`. */
  readonly name: string;
  readonly isPooler: boolean;
  /** Its names in all versions of transformers, on the bare model and inside task models. */
  readonly names: readonly string[];
}

/**
 * A dense layer with LoRA: W x becomes W x + scaling B A x, with A [rank, inputs] and B [outputs, rank]. With
 * DoRA, each row of W + scaling B A is scaled to the length that the magnitude m [outputs] states.
 */
export interface LoraModule extends Pick<AdaptableModule, 'name' | 'inputs' | 'outputs'> {
  /** Whether the layer has a magnitude (DoRA). */
  readonly hasMagnitude: boolean;
  readonly rank: number;
  readonly alpha: number;
  /** alpha / rank, or alpha / sqrt(rank) for rank-stabilised LoRA. */
  readonly scaling: number;
}

/**
 * All layers that LoRA can be added to, in their fixed order: those of each encoder layer in the order of
 * their use, then the pooler if the family's models may have one.
 */
export function adaptableModules(config: ModelConfig): readonly AdaptableModule[] {
  const family = familyOf(config);
  const { layout } = describeModel(config);
  const dense = encoderDenseLayers(layout).map(
    ({ name, inputs, outputs, role }): AdaptableModule => ({
      name,
      inputs,
      outputs,
      isPooler: false,
      names: moduleNames(family, name),
      ...(role === undefined ? {} : { role }),
    }),
  );
  if (layout.pooler === undefined) return dense;
  const { hiddenSize: size } = config;
  const pooler = { inputs: size, outputs: size, isPooler: true, names: moduleNames(family, layout.pooler) };
  return [...dense, { name: layout.pooler, ...pooler }];
}

/**
 * The layers with LoRA, in a fixed order that does not depend on the order of the targets.
 *
 * @throws {@link ConfigError} for a target or pattern that matches no layer, with the nearest known name.
 */
export function loraModules(config: ModelConfig, settings: LoraSettings): readonly LoraModule[] {
  const all = adaptableModules(config);
  const targetPatterns = layerPatterns(all, 'setting LoRA targets');
  const targets = settings.targets.map((target) => targetPattern(targetPatterns, target));
  const ranks = valuePatterns(layerPatterns(all, 'setting lora.rankPattern'), settings.rankPattern);
  const alphas = valuePatterns(layerPatterns(all, 'setting lora.alphaPattern'), settings.alphaPattern);
  return all
    .filter((module) => targets.some((isTarget) => isTarget(module)))
    .map((module) => {
      const { name, inputs, outputs } = module;
      const rank = ranks(module) ?? settings.rank;
      const alpha = alphas(module) ?? settings.alpha;
      const divisor = settings.rankStabilized === true ? Math.sqrt(rank) : rank;
      const hasMagnitude = settings.dora === true;
      return { name, inputs, outputs, hasMagnitude, rank, alpha, scaling: alpha / divisor };
    });
}

/**
 * The layers of {@link loraModules} in the order of the targets. The layers of one target keep their fixed
 * order.
 */
export function modulesByTarget(config: ModelConfig, settings: LoraSettings): readonly LoraModule[] {
  const byTarget = settings.targets.flatMap((target) =>
    loraModules(config, { ...settings, targets: [target] }),
  );
  return [...new Map(byTarget.map((module) => [module.name, module])).values()];
}

/** Whether a target matches at least one layer of a model of this config. */
export function knowsTarget(config: ModelConfig, target: string): boolean {
  if (target === ALL_LINEAR) return true;
  const { patterns } = layerPatterns(adaptableModules(config), 'setting LoRA targets');
  return patterns.endingIn(target).size > 0;
}

/** The layers of a model, and a search in their names. */
interface LayerPatterns {
  readonly all: readonly AdaptableModule[];
  readonly subject: string;
  readonly patterns: NamePatterns;
}

function layerPatterns(all: readonly AdaptableModule[], subject: string): LayerPatterns {
  return {
    all,
    subject,
    patterns: new NamePatterns(all.flatMap(targetNames), { subject, Refusal: ConfigError }),
  };
}

function targetPattern(layers: LayerPatterns, target: string): (module: AdaptableModule) => boolean {
  if (target === ALL_LINEAR) return ({ isPooler }) => !isPooler;
  return requireMatch(layers, target);
}

/** A function from a layer to the value of the first pattern that matches it. */
function valuePatterns(
  layers: LayerPatterns,
  values: Readonly<Record<string, number>> | undefined,
): (module: AdaptableModule) => number | undefined {
  const entries = Object.entries(values ?? {}).map(([pattern, value]) => ({
    matches: requireMatch(layers, pattern),
    value,
  }));
  return (module) => entries.find(({ matches }) => matches(module))?.value;
}

/** Reads a pattern that must match some layer. */
function requireMatch(
  { all, subject, patterns }: LayerPatterns,
  pattern: string,
): (module: AdaptableModule) => boolean {
  const meant = patterns.endingIn(pattern);
  if (meant.size > 0) return (module) => targetNames(module).some((name) => meant.has(name));
  const known = knownNames(all);
  const nearest = nearestName(pattern, known);
  throw new ConfigError(`${quoted(pattern)} is not a layer LoRA can sit on.`, {
    subject,
    remedy:
      nearest === undefined
        ? `Use any of ${known.join(', ')}, or a regular expression.`
        : `Did you mean \`${nearest}\`?`,
  });
}

/** All names by which a target or pattern can match a layer: its role and its names. */
function targetNames({ role, names }: AdaptableModule): readonly string[] {
  return role === undefined ? names : [role, ...names];
}

/**
 * Names that an error message suggests as targets. For each kind of layer (its name without the index) it is
 * the role, or the short name if one alone matches all layers of the kind; then `all-linear`.
 */
function knownNames(all: readonly AdaptableModule[]): readonly string[] {
  const kinds = new Map<string, readonly AdaptableModule[]>();
  for (const module of all) {
    const kind = module.name.replace(/\d+/, '*');
    kinds.set(kind, [...(kinds.get(kind) ?? []), module]);
  }
  const every = all.map(({ name }) => name);
  const names = [...kinds.values()].flatMap((modules) => {
    const [{ role }] = modules;
    if (role !== undefined) return [role];
    const ends = endNames(
      modules.map(({ name }) => name),
      every,
    );
    return ends.length === 1 ? ends : [];
  });
  return [...names, ALL_LINEAR];
}
