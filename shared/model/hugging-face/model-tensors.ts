import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type NamedTensors, requireFinite, requireShape, type Tensor } from '#shared/model/tensor.ts';

/** Number of tensors that an error names. */
const NAMED_TENSORS = 3;

/** `tensor a is`, or `tensors a, b, c and 4 more are`. */
function tensorsAre(names: readonly string[]): string {
  const named = names.slice(0, NAMED_TENSORS).join(', ');
  const more = names.length - NAMED_TENSORS;
  if (names.length === 1) return `tensor ${named} is`;
  return `tensors ${named}${more > 0 ? ` and ${more} more` : ''} are`;
}

function requireSound(name: string, value: Tensor, shape: readonly number[], subject: string): Tensor {
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
 * Checks canonical tensors against their config and sorts them into the model's own order.
 *
 * @param subject Name of the whole checkpoint in errors.
 * @param fileOf Returns the file of a tensor, for errors.
 * @throws {@link ModelError} naming `subject` and all missing or unexpected tensors; or, with its file, the
 *   first tensor that is misshapen or not finite.
 */
export function requireModelTensors(
  config: ModelConfig,
  tensors: NamedTensors,
  subject: string,
  fileOf: (name: string) => string,
): NamedTensors {
  const description = describeModel(config);
  const required = description.tensors();
  const pooler = description.poolerTensors();
  const withPooler = [...pooler.keys()].some((name) => tensors.has(name));
  const expected = new Map(withPooler ? [...required, ...pooler] : required);
  const extra = [...tensors.keys()].filter((name) => !expected.has(name));
  if (extra.length > 0) {
    throw new ModelError(`${tensorsAre(extra)} not part of the model its config.json describes.`, {
      subject,
      remedy: 'Check that both files belong together.',
    });
  }
  const missing = [...expected.keys()].filter((name) => !tensors.has(name));
  if (missing.length > 0) {
    throw new ModelError(`${tensorsAre(missing)} missing.`, {
      subject,
      remedy: 'Use a complete checkpoint.',
    });
  }
  return new Map(
    [...expected].map(([name, shape]): [string, Tensor] => [
      name,
      requireSound(name, requireTensor(tensors, name), shape, fileOf(name)),
    ]),
  );
}
