import type { FeedForward, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { int, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { type ActivationNames, activationForward, inputFactor, outputFactor } from './activation.ts';
import { denseBackward, denseForward } from './dense.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { loraBackward } from './lora.ts';

/** Names of the dense layers of a feed-forward sublayer. */
export function feedForwardNames(feedForward: FeedForward): readonly string[] {
  switch (feedForward.kind) {
    case 'plain':
      return [feedForward.input, feedForward.output];
    case 'gated':
      return [feedForward.gate, feedForward.up, feedForward.output];
    case 'fused-gated':
      return [feedForward.gateAndUp, feedForward.output];
  }
}

/**
 *     plain:  y = f(h W1^T + b1) W2^T + b2
 *     gated:  y = (f(h W1^T + b1) * (h W3^T + b3)) W2^T + b2
 *
 * The products apply the factors of the activation f before and after it.
 */
export function feedForwardForward(scope: GraphScope, prefix: string, layer: LayerLayout, h: Value): Value {
  const { activation } = scope.layout;
  const { feedForward } = layer;
  const inner = innerForward(scope, prefix, feedForward, h);
  return denseForward(scope, feedForward.output, inner, { scale: outputFactor(activation) });
}

/**
 *     dInner = dy W2
 *     plain:  dh = (f' * dInner) W1
 *     gated:  dh = (f' * u * dInner) W1 + (f * dInner) W3,   u = h W3^T + b3
 *
 * and the gradients of the LoRA pairs.
 *
 * @param h Adds the sublayer's input to the graph; called only if a LoRA gradient needs it.
 * @param needsInput Whether the gradient at h is needed.
 */
export function feedForwardBackward(
  scope: BackwardScope,
  prefix: string,
  { feedForward }: LayerLayout,
  dy: Value,
  h: () => Value,
  tokens: TokenAxis,
  needsInput: boolean,
): Value | undefined {
  const { graph } = scope;
  const factor = outputFactor(scope.layout.activation);
  loraBackward(
    scope,
    feedForward.output,
    dy,
    () => keptInner(scope, prefix, feedForward, tokens),
    tokens,
    factor,
  );
  const [, ...rest] = [...feedForwardNames(feedForward)].reverse();
  if (!needsInput && !rest.some(scope.hasLora)) return undefined;
  const dInner = denseBackward(scope, feedForward.output, dy);
  const through = (name: string, d: Value): Value | undefined => {
    loraBackward(scope, name, d, h, tokens);
    return needsInput ? denseBackward(scope, name, d) : undefined;
  };
  const slope = kept(scope, activationNames(prefix).slope, tokens);
  if (feedForward.kind === 'plain') return through(feedForward.input, graph.apply('Mul', [dInner, slope]));

  const up = kept(scope, upName(prefix), tokens);
  const value = kept(scope, activationNames(prefix).value, tokens);
  const dGate = graph.apply('Mul', [graph.apply('Mul', [dInner, up]), slope]);
  const dUp = graph.apply('Mul', [dInner, scaled(scope, value, factor)]);
  if (feedForward.kind === 'fused-gated') {
    return through(feedForward.gateAndUp, graph.apply('Concat', [dGate, dUp], { axis: int(-1) }));
  }
  const dThroughGate = through(feedForward.gate, dGate);
  const dThroughUp = through(feedForward.up, dUp);
  if (dThroughGate === undefined || dThroughUp === undefined) return undefined;
  return graph.apply('Add', [dThroughGate, dThroughUp]);
}

/** Input of the output layer, divided by the activation's output factor. */
function innerForward(scope: GraphScope, prefix: string, feedForward: FeedForward, h: Value): Value {
  const { graph, layout } = scope;
  const { activation, intermediateSize: width } = layout;
  const names = activationNames(prefix);
  const before = inputFactor(activation);
  switch (feedForward.kind) {
    case 'plain': {
      const t = denseForward(scope, feedForward.input, h, { scale: before });
      return activationForward(scope, activation, t, names);
    }
    case 'gated': {
      const gate = denseForward(scope, feedForward.gate, h);
      const value = activationForward(scope, activation, scaled(scope, gate, before), names);
      return graph.apply('Mul', [value, denseForward(scope, feedForward.up, h, { output: upName(prefix) })]);
    }
    case 'fused-gated': {
      const both = denseForward(scope, feedForward.gateAndUp, h);
      const parts = [`${prefix}.gate`, upName(prefix)];
      const [gate, up] = graph.applyMany('Split', [both, graph.integers(width, width)], parts, {
        axis: int(-1),
      });
      const value = activationForward(scope, activation, scaled(scope, gate, before), names);
      return graph.apply('Mul', [value, up]);
    }
  }
}

/** The same from kept activations. */
function keptInner(scope: BackwardScope, prefix: string, { kind }: FeedForward, tokens: TokenAxis): Value {
  const value = kept(scope, activationNames(prefix).value, tokens);
  if (kind === 'plain') return value;
  return scope.graph.apply('Mul', [value, kept(scope, upName(prefix), tokens)]);
}

function kept(scope: BackwardScope, name: string, tokens: TokenAxis): Value {
  return scope.kept(name, scope.states.shape(tokens, scope.layout.intermediateSize));
}

function scaled({ graph }: GraphScope, value: Value, factor: number): Value {
  return factor === 1 ? value : graph.apply('Mul', [value, graph.scalar(factor)]);
}

function activationNames(prefix: string): ActivationNames {
  return { value: `${prefix}.activated`, slope: `${prefix}.activation-slope` };
}

function upName(prefix: string): string {
  return `${prefix}.up`;
}
