import type { EncoderLayout } from '#shared/model/engine/encoder-layout.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';
import type { OnnxDimension } from './onnx-model.ts';
import type { TokenLayout } from './token-layout.ts';

/** A LoRA pair inside a graph: A [rank, inputs] and B [outputs, rank]. */
export interface LoraPair {
  readonly a: Value;
  readonly b: Value;
  /** alpha / rank. */
  readonly scaling: number;
}

/** What the layers' builders share while one graph is made. */
export interface GraphScope {
  readonly graph: GraphBuilder;
  readonly layout: EncoderLayout;
  /** How hidden states lie in memory. */
  readonly states: TokenLayout;
  /** A frozen tensor of the model by its canonical name. */
  weight(name: string): Value;
  /** The weight of a dense layer, [outputs, inputs]: adapted where LoRA sits on it and is not beside it, else frozen. */
  kernel(name: string): Value;
  /** The LoRA pair on a dense layer that has one. */
  pair(name: string): LoraPair;
  hasLora(name: string): boolean;
  /** Whether a layer's LoRA is a term of its own, and not in its kernel. */
  hasLoraBeside(name: string): boolean;
  /** Whether the backward pass wants this activation, so that what is made for it alone can be left out. */
  keeps(activation: string): boolean;
}

/** The backward graph's view: activations that the forward pass kept, and gradients handed out. */
export interface BackwardScope extends GraphScope {
  /** An activation of the forward graph, by the name it has there. Asking for it is what makes it be kept. */
  kept(name: string, shape: readonly OnnxDimension[]): Value;
  /** Hands out the gradient of a LoRA tensor: `a` or `b` of the pair on a dense layer. */
  gradient(name: string, part: 'a' | 'b', gradient: Value): void;
}
