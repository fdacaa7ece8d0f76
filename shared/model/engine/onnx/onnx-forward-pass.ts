import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { ModelError } from '../../../errors.ts';
import { elementCount, type NamedTensors, requireShape, type Tensor, zeros } from '../../tensor.ts';
import type { ForwardPass } from '../encoder-engine.ts';
import type { ActivationSlabs, Slab } from './activation-slabs.ts';
import type { EncoderGraphs } from './encoder-graphs.ts';
import { FEATURES, type KeptActivations, TENSOR_INPUTS } from './graph/names.ts';
import type { OnnxDimension } from './graph/onnx-model.ts';
import { ortTensor } from './graph-runner.ts';

/** Memory of one pass: the features and every kept activation, side by side in one slab. */
export interface KeptTensors {
  readonly slab: Slab;
  readonly byteLength: number;
  readonly tensors: ReadonlyMap<string, OrtTensor>;
  /** The features, inside the slab. */
  readonly features: Tensor;
}

/** Lays out a pass's activations in a slab, for the forward graph to write and the backward graph to read. */
export function keptTensors(
  kept: KeptActivations,
  extent: { readonly batch: number; readonly tokens: number },
  hidden: number,
  slabs: ActivationSlabs,
): KeptTensors {
  const lengthOf = (dimension: OnnxDimension): number =>
    typeof dimension === 'number' ? dimension : dimension === 'batch' ? extent.batch : extent.tokens;
  const featureShape = [extent.batch, hidden];
  const shapes = new Map<string, readonly number[]>([[FEATURES, featureShape]]);
  for (const [name, shape] of kept) shapes.set(name, shape.map(lengthOf));

  const byteLength = [...shapes.values()].reduce((sum, shape) => sum + alignedBytes(shape), 0);
  const slab = slabs.take(byteLength);
  let offset = 0;
  const views = [...shapes].map(([name, shape]): [string, Tensor] => {
    const data = new Float32Array(slab, offset, elementCount(shape));
    offset += alignedBytes(shape);
    return [name, { shape, data }];
  });
  const features = { shape: featureShape, data: views[0][1].data };
  const tensors = new Map(views.map(([name, { data, shape }]) => [name, ortTensor(data, shape)]));
  return { slab, byteLength, tensors, features };
}

/** Bytes of a tensor, rounded up to a cache line, which is also the widest vector register. */
function alignedBytes(shape: readonly number[]): number {
  return Math.ceil((elementCount(shape) * Float32Array.BYTES_PER_ELEMENT) / 64) * 64;
}

interface PassParts {
  readonly graphs: EncoderGraphs;
  /** What the forward graph was fed. */
  readonly feeds: ReadonlyMap<string, OrtTensor>;
  readonly kept: KeptTensors;
  readonly lora: NamedTensors;
  readonly slabs: ActivationSlabs;
}

/** A finished forward pass, ready to run backward. */
export function onnxForwardPass({ graphs, feeds, kept, lora, slabs }: PassParts): ForwardPass {
  const { shape, data } = kept.features;
  const features = { shape, data: data.slice() };
  let released = false;
  return {
    features,
    retainedBytes: kept.byteLength,

    async backward(featureGradient) {
      if (released)
        throw new ModelError('was released before its backward pass.', { subject: 'forward pass' });
      requireShape('feature gradient', featureGradient, shape);
      const gradients = new Map(
        [...graphs.gradients.keys()].map((name) => [name, zeros(lora.get(name)?.shape ?? [])]),
      );
      const outputs: Record<string, OrtTensor> = {};
      for (const [name, output] of graphs.gradients) {
        const gradient = gradients.get(name);
        if (gradient !== undefined) outputs[output] = ortTensor(gradient.data, gradient.shape);
      }
      const gradientFeed = ortTensor(featureGradient.data, shape);
      const all = new Map([...feeds, ...kept.tensors, [TENSOR_INPUTS.featureGradient, gradientFeed]]);
      await graphs.backward.run(all, outputs);
      return inOrderOf(lora, gradients);
    },

    release() {
      if (released) return;
      released = true;
      slabs.giveBack(kept.slab);
    },
  };
}

function inOrderOf(lora: NamedTensors, gradients: NamedTensors): NamedTensors {
  return new Map(
    [...lora.keys()].flatMap((name): [string, Tensor][] => {
      const gradient = gradients.get(name);
      return gradient === undefined ? [] : [[name, gradient]];
    }),
  );
}
