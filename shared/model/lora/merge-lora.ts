import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type NamedTensors, requireFinite, requireShape, type Tensor } from '#shared/model/tensor.ts';
import { type LoraModule, loraModules } from './lora-modules.ts';
import { loraAName, loraBName, loraMagnitudeName } from './lora-parameters.ts';
import type { LoraAdapter } from './peft-adapter.ts';

/**
 * W + scaling B A of one dense layer, each row scaled to its magnitude if there is one (DoRA); computed in
 * double precision and rounded once.
 */
function mergedWeight(
  weight: Tensor,
  a: Tensor,
  b: Tensor,
  magnitude: Tensor | undefined,
  scaling: number,
): Tensor {
  const [outputs, inputs] = weight.shape;
  const [rank] = a.shape;
  const data = new Float32Array(weight.data.length);
  const row = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++) {
    row.fill(0);
    for (let inner = 0; inner < rank; inner++) {
      const factor = b.data[output * rank + inner];
      for (let input = 0; input < inputs; input++) row[input] += factor * a.data[inner * inputs + input];
    }
    const begin = output * inputs;
    let squares = 0;
    for (let input = 0; input < inputs; input++) {
      row[input] = weight.data[begin + input] + scaling * row[input];
      squares += row[input] ** 2;
    }
    const factor = magnitude === undefined ? 1 : magnitude.data[output] / Math.sqrt(squares);
    for (let input = 0; input < inputs; input++) data[begin + input] = factor * row[input];
  }
  return { shape: weight.shape, data };
}

function baseWeight(tensors: NamedTensors, { name, inputs, outputs }: LoraModule): Tensor {
  const weightName = `${name}.weight`;
  const weight = tensors.get(weightName);
  if (weight === undefined) {
    throw new ModelError(`adapts ${name}, which the model lacks.`, {
      subject: 'adapter',
      remedy: 'Use the model that the adapter was trained on.',
    });
  }
  return requireShape(weightName, weight, [outputs, inputs]);
}

/**
 * Merges an adapter into the dense layers' weights: W + scaling B A, with the magnitudes of DoRA. The model
 * with these weights computes the same without LoRA as the original model with LoRA.
 *
 * @param tensors The model's tensors under their canonical names.
 * @returns The merged weights under their canonical names.
 * @throws {@link ModelError} naming an adapted layer that the model lacks, or a merged weight that is not
 *   finite.
 */
export function mergeLora(config: ModelConfig, tensors: NamedTensors, adapter: LoraAdapter): NamedTensors {
  return new Map(
    loraModules(config, adapter.settings).map((module): [string, Tensor] => {
      const a = requireTensor(adapter.tensors, loraAName(module.name));
      const b = requireTensor(adapter.tensors, loraBName(module.name));
      const name = `${module.name}.weight`;
      const magnitude = module.hasMagnitude
        ? requireTensor(adapter.tensors, loraMagnitudeName(module.name))
        : undefined;
      const merged = mergedWeight(baseWeight(tensors, module), a, b, magnitude, module.scaling);
      return [name, requireFinite(name, merged)];
    }),
  );
}
