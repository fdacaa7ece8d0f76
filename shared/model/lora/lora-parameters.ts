import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type NamedTensors, requireFinite, requireShape, type Tensor, zeros } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { type LoraModule, loraModules } from './lora-modules.ts';
import { rowNorms } from './row-norms.ts';
import type { LoraSettings } from './settings.ts';

/** Name of a layer's down-projection, [rank, inputs]: PEFT's key without its `base_model.model.` prefix. */
export function loraAName(moduleName: string): string {
  return `${moduleName}.lora_A.weight`;
}

/** Name of a layer's up-projection, [outputs, rank]. */
export function loraBName(moduleName: string): string {
  return `${moduleName}.lora_B.weight`;
}

/** Name of a layer's magnitude (DoRA), [outputs]. PEFT's key has no `.weight` at its end. */
export function loraMagnitudeName(moduleName: string): string {
  return `${moduleName}.lora_magnitude_vector`;
}

/** Names of a layer's tensors in their fixed order: A, B, then m if it has one. */
export function loraTensorNames({
  name,
  hasMagnitude,
}: Pick<LoraModule, 'name' | 'hasMagnitude'>): readonly string[] {
  const pair = [loraAName(name), loraBName(name)];
  return hasMagnitude ? [...pair, loraMagnitudeName(name)] : pair;
}

/** Shapes of all LoRA tensors by name, in their fixed order: for each layer A, B, then m if it has one. */
export function loraShapes(
  config: ModelConfig,
  settings: LoraSettings,
): ReadonlyMap<string, readonly number[]> {
  return new Map(
    loraModules(config, settings).flatMap(
      ({ name, inputs, outputs, rank, hasMagnitude }): [string, readonly number[]][] => {
        const pair: [string, readonly number[]][] = [
          [loraAName(name), [rank, inputs]],
          [loraBName(name), [outputs, rank]],
        ];
        return hasMagnitude ? [...pair, [loraMagnitudeName(name), [outputs]]] : pair;
      },
    ),
  );
}

/** Kaiming-uniform with a = sqrt(5), as `torch.nn.Linear` and PEFT do: uniform in +-1 / sqrt(inputs). */
function initialA({ inputs, rank }: LoraModule, seed: number, index: number): Tensor {
  const stream = randomStream(seed, 'lora', index);
  const bound = 1 / Math.sqrt(inputs);
  const data = Float32Array.from({ length: rank * inputs }, () => (2 * stream.uniform() - 1) * bound);
  return { shape: [rank, inputs], data };
}

/** The length of each row of the frozen weight, which is that of W + s B A for B = 0. */
function initialMagnitude({ name, outputs, inputs }: LoraModule, frozen: NamedTensors): Tensor {
  const weight = `${name}.weight`;
  const norms = rowNorms(requireShape(weight, requireTensor(frozen, weight), [outputs, inputs]));
  const zero = norms.indexOf(0);
  if (zero >= 0) {
    throw new ModelError(`row ${zero} is zero and has no direction, which DoRA needs.`, {
      subject: `tensor ${weight}`,
      remedy: 'Set lora.dora=false, or leave this layer out of lora.targets.',
    });
  }
  return { shape: [outputs], data: Float32Array.from(norms) };
}

/**
 * LoRA before the first round, initialised as PEFT does: A random, B zero and each magnitude (DoRA) the
 * length of its row, so the model equals the pre-trained one.
 *
 * @param frozen The encoder's tensors by canonical name; used for DoRA only.
 * @throws {@link ModelError} for DoRA on a weight with a row of zeros.
 */
export function initialLora(
  config: ModelConfig,
  settings: LoraSettings,
  seed: number,
  frozen: NamedTensors = new Map(),
): NamedTensors {
  return new Map(
    loraModules(config, settings).flatMap((module, index): [string, Tensor][] => {
      const pair: [string, Tensor][] = [
        [loraAName(module.name), initialA(module, seed, index)],
        [loraBName(module.name), zeros([module.outputs, module.rank])],
      ];
      if (!module.hasMagnitude) return pair;
      return [...pair, [loraMagnitudeName(module.name), initialMagnitude(module, frozen)]];
    }),
  );
}

/**
 * Checks LoRA tensors against the settings and sorts them into their fixed order.
 *
 * @throws {@link ModelError} naming `subject` and the first tensor that is missing, unexpected, misshapen or
 *   not finite.
 */
export function requireLora(
  config: ModelConfig,
  settings: LoraSettings,
  tensors: NamedTensors,
  subject: string,
): NamedTensors {
  const shapes = loraShapes(config, settings);
  for (const name of tensors.keys()) {
    if (!shapes.has(name)) {
      throw new ModelError(`tensor ${name} is not one of this model's LoRA tensors.`, {
        subject,
        remedy: 'Use an adapter with the same targets as the settings.',
      });
    }
  }
  return new Map(
    [...shapes].map(([name, shape]): [string, Tensor] => {
      const value = tensors.get(name);
      if (value === undefined) {
        throw new ModelError(`tensor ${name} is missing.`, {
          subject,
          remedy: 'Use an adapter with the same targets as the settings.',
        });
      }
      return [name, requireFinite(name, requireShape(name, value, shape))];
    }),
  );
}
