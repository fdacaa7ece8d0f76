import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type NamedTensors, requireFinite, requireShape, type Tensor } from '#shared/model/tensor.ts';

/** Enough to see what is wrong. */
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
 * Checks canonical tensors against their config and puts them into the model's own order.
 *
 * @param subject What to call the whole checkpoint in errors.
 * @param fileOf What to call the file that a tensor lies in.
 * @throws {@link ModelError} naming `subject` and the tensors that are missing or not foreseen by the config, or the first
 *   that is misshapen or not finite, with its file.
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
