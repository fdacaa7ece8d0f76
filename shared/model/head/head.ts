import { OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type NamedTensors, requireFinite, requireShape, type Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/**
 * Form of the head: one dense layer, optionally after one hidden layer; or the part of a language model's
 * head that a device has for itself: the final norm, and the output matrix if devices train it.
 */
export type HeadSettings =
  | { readonly kind: 'linear' }
  | { readonly kind: 'hidden'; readonly width: number; readonly activation: 'tanh' | 'relu' }
  | {
      readonly kind: 'language';
      /** Names of the final norm's tensors. */
      readonly norm: readonly string[];
      /** Rows of the output matrix; undefined if it is frozen and no part of the head. */
      readonly vocabularySize: number | undefined;
    };

/**
 * A device's head (task module): computes logits from features. It uses plain typed arrays because devices
 * run it, and it is too small to justify an engine in their bundle.
 */
export interface Head {
  readonly settings: HeadSettings;
  /**
   * `weight` [labels, inputs] and `bias` [labels]; with a hidden layer, first `hidden.weight` and
   * `hidden.bias`. Of a language model: the final norm's tensors [width], and `lm_head.weight` [vocabulary,
   * width] if devices train it.
   */
  readonly parameters: NamedTensors;
}

/** Number of features that a head takes and number of labels that it distinguishes. */
export interface HeadSize {
  readonly featureCount: number;
  readonly labelCount: number;
}

/** Shapes of a head's tensors by name, in their fixed order. */
export function headShapes(
  settings: HeadSettings,
  { featureCount, labelCount }: HeadSize,
): ReadonlyMap<string, readonly number[]> {
  switch (settings.kind) {
    case 'linear':
      return new Map([
        ['weight', [labelCount, featureCount]],
        ['bias', [labelCount]],
      ]);
    case 'hidden':
      return new Map([
        ['hidden.weight', [settings.width, featureCount]],
        ['hidden.bias', [settings.width]],
        ['weight', [labelCount, settings.width]],
        ['bias', [labelCount]],
      ]);
    case 'language': {
      const { norm, vocabularySize } = settings;
      const shapes = new Map<string, readonly number[]>(norm.map((name) => [name, [featureCount]]));
      if (vocabularySize !== undefined) shapes.set(OUTPUT_MATRIX, [vocabularySize, featureCount]);
      return shapes;
    }
  }
}

/**
 * The initial head, equal on all devices: uniform in +-1 / sqrt(inputs), as `torch.nn.Linear` is initialised;
 * or the pre-trained tensors of a language model.
 *
 * @param pretrained Norm and output matrix of the language model (`pretrainedHead`).
 */
export function initialHead(
  settings: HeadSettings,
  size: HeadSize,
  seed: number,
  pretrained: NamedTensors = new Map(),
): Head {
  if (settings.kind === 'language') return restoreHead(settings, size, pretrained);
  const stream = randomStream(seed, 'head');
  const parameters = new Map<string, Tensor>();
  for (const [name, shape] of headShapes(settings, size)) {
    const inputs =
      settings.kind === 'hidden' && !name.startsWith('hidden.') ? settings.width : size.featureCount;
    const bound = 1 / Math.sqrt(inputs);
    const length = shape.reduce((product, extent) => product * extent, 1);
    const data = Float32Array.from({ length }, () => (2 * stream.uniform() - 1) * bound);
    parameters.set(name, { shape, data });
  }
  return { settings, parameters };
}

/**
 * Makes a head from stored tensors. Throws a {@link ModelError} naming a tensor that is missing, misshapen or
 * not finite.
 */
export function restoreHead(settings: HeadSettings, size: HeadSize, tensors: NamedTensors): Head {
  const parameters = [...headShapes(settings, size)].map(([name, shape]): [string, Tensor] => [
    name,
    requireFinite(name, requireShape(name, requireTensor(tensors, name), shape)),
  ]);
  return { settings, parameters: new Map(parameters) };
}
