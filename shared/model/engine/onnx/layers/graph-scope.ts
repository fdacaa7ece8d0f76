import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { GraphBuilder, Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { LoraModule } from '#shared/model/lora/lora-modules.ts';
import type { MatrixProduct } from './matrix-product.ts';
import type { AttentionGroup, TokenLayout } from './token-layout.ts';

/** A LoRA pair of a graph: A [rank, inputs] and B [outputs, rank]. */
export interface LoraPair extends Pick<LoraModule, 'inputs' | 'outputs' | 'scaling'> {
  readonly a: Value;
  readonly b: Value;
}

/** The magnitude of a dense layer with DoRA: see layers/magnitude.ts. */
export interface Magnitude {
  /** m, [outputs]: the length of each row of the adapted weight. */
  readonly m: Value;
  /** 1 / n, [outputs]: the inverse length of each row of W + s B A, a constant for gradients. */
  readonly inverseNorm: Value;
}

/** Cosines and sines of rotary positions, [batch or 1, 1, tokens, width]; see `POSITION_INPUTS`. */
export interface Rotation {
  readonly cosines: Value;
  readonly sines: Value;
}

/** Shared by the layers' builders while one graph is built. */
export interface GraphScope {
  readonly graph: GraphBuilder;
  readonly layout: EncoderLayout;
  /** Memory layout of hidden states. */
  readonly states: TokenLayout;
  /** Adds a matrix product. */
  readonly product: MatrixProduct;
  /** Whether the model has a frozen tensor of this canonical name. */
  hasWeight(name: string): boolean;
  /** A frozen tensor of the model by its canonical name. */
  weight(name: string): Value;
  /**
   * The weight of a dense layer, [outputs, inputs]: with LoRA merged if the layer has merged LoRA, else
   * frozen. With merged DoRA its rows have length 1.
   */
  kernel(name: string): Value;
  /** The LoRA pair of a dense layer. Throws a {@link ModelError} if the layer has none. */
  pair(name: string): LoraPair;
  hasLora(name: string): boolean;
  /** The magnitude of a dense layer; undefined without DoRA. */
  magnitude(name: string): Magnitude | undefined;
  /** Whether a layer's LoRA is a separate term, not part of its kernel. */
  hasSeparateLora(name: string): boolean;
  /**
   * Added to each score of a layer's attention in a group, [batch or 1, 1, queries or 1, tokens]: 0 for
   * tokens that the query sees, -1e9 for others; undefined where all queries see all tokens.
   */
  mask(layer: LayerLayout, queries: TokenAxis, group: AttentionGroup): Value | undefined;
  /** Rotary positions of a layer's queries or keys in a group; undefined without rotary positions. */
  rotation(layer: LayerLayout, tokens: TokenAxis, group: AttentionGroup): Rotation | undefined;
  /** Whether the backward pass reads this activation. If not, operators that only compute it are omitted. */
  keeps(activation: string): boolean;
}

/** Scope of the backward graph: also kept activations and gradient outputs. */
export interface BackwardScope extends GraphScope {
  /** An activation of the forward graph by its name there. The call marks the activation as one to keep. */
  kept(name: string, shape: readonly OnnxDimension[]): Value;
  /** Outputs the gradient of a LoRA tensor of a dense layer: A, B or the magnitude m. */
  gradient(name: string, part: 'a' | 'b' | 'm', gradient: Value): void;
}
