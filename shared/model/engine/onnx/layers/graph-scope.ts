import type { EncoderLayout } from '#shared/model/engine/encoder-layout.ts';
import type { GraphBuilder, Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import type { MatrixProduct } from './matrix-product.ts';
import type { TokenLayout } from './token-layout.ts';

/** A LoRA pair of a graph: A [rank, inputs] and B [outputs, rank]. */
export interface LoraPair {
  readonly a: Value;
  readonly b: Value;
  /** alpha / rank. */
  readonly scaling: number;
}

/** Shared by the layers' builders while one graph is built. */
export interface GraphScope {
  readonly graph: GraphBuilder;
  readonly layout: EncoderLayout;
  /** Memory layout of hidden states. */
  readonly states: TokenLayout;
  /** Adds a matrix product. */
  readonly product: MatrixProduct;
  /** A frozen tensor of the model by its canonical name. */
  weight(name: string): Value;
  /**
   * The weight of a dense layer, [outputs, inputs]: with LoRA merged if the layer has merged LoRA, else
   * frozen.
   */
  kernel(name: string): Value;
  /** The LoRA pair of a dense layer. Throws a {@link ModelError} if the layer has none. */
  pair(name: string): LoraPair;
  hasLora(name: string): boolean;
  /** Whether a layer's LoRA is a separate term, not part of its kernel. */
  hasSeparateLora(name: string): boolean;
  /** Whether the backward pass reads this activation. If not, operators that only compute it are omitted. */
  keeps(activation: string): boolean;
}

/** Scope of the backward graph: also kept activations and gradient outputs. */
export interface BackwardScope extends GraphScope {
  /** An activation of the forward graph by its name there. The call marks the activation as one to keep. */
  kept(name: string, shape: readonly OnnxDimension[]): Value;
  /** Outputs the gradient of a LoRA tensor: `a` or `b` of a dense layer's pair. */
  gradient(name: string, part: 'a' | 'b', gradient: Value): void;
}
