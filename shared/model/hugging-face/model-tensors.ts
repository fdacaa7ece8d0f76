import { ModelError } from '../../errors.ts';
import { bertPoolerShapes, bertTensorShapes } from '../bert/bert-tensors.ts';
import { type NamedTensors, requireFinite, requireShape, type Tensor } from '../tensor.ts';
import type { TensorShapes } from '../tensor-shapes.ts';
import { vitPoolerShapes, vitTensorShapes } from '../vit/vit-tensors.ts';
import type { ModelConfig } from './model-config.ts';

/** Tensors a model of this config must have, and the group it may have (all of it or nothing): the pooler. */
function expectedTensors(config: ModelConfig): {
  readonly required: TensorShapes;
  readonly pooler: TensorShapes;
} {
  switch (config.family) {
    case 'bert':
      return { required: bertTensorShapes(config), pooler: bertPoolerShapes(config) };
    case 'vit':
      return { required: vitTensorShapes(config), pooler: vitPoolerShapes(config) };
  }
}

function requireSound(
  tensors: NamedTensors,
  name: string,
  shape: readonly number[],
  subject: string,
): Tensor {
  const value = tensors.get(name);
  if (value === undefined) {
    throw new ModelError(`tensor ${name} is missing.`, { subject, remedy: 'Use a complete checkpoint.' });
  }
  try {
    return requireFinite(name, requireShape(name, value, shape));
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ModelError(`${cause.subject} ${cause.message}`, {
      subject,
      remedy: 'Use a checkpoint that fits its config.json.',
      cause,
    });
  }
}

/**
 * Checks canonical tensors against their config and puts them into the model's own order.
 *
 * @throws {@link ModelError} naming `subject` and the first tensor that is missing, not foreseen by the config,
 *   misshapen or not finite.
 */
export function requireModelTensors(
  config: ModelConfig,
  tensors: NamedTensors,
  subject: string,
): NamedTensors {
  const { required, pooler } = expectedTensors(config);
  const withPooler = [...pooler.keys()].some((name) => tensors.has(name));
  const expected = new Map(withPooler ? [...required, ...pooler] : required);
  for (const name of tensors.keys()) {
    if (!expected.has(name)) {
      throw new ModelError(`tensor ${name} is not part of the model its config.json describes.`, {
        subject,
        remedy: 'Check that both files belong together.',
      });
    }
  }
  return new Map(
    [...expected].map(([name, shape]): [string, Tensor] => [
      name,
      requireSound(tensors, name, shape, subject),
    ]),
  );
}
