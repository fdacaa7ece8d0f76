import { attentionWidths } from '#shared/model/engine/layout/dense-layers.ts';
import type { LayerLayout, Projections } from '#shared/model/engine/layout/encoder-layout.ts';
import { int, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxes } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { denseBackward, denseForward } from './dense.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { loraBackward } from './lora.ts';

/** Queries, keys and values; or their gradients, undefined where nothing needs them. */
export type ProjectionGradients = {
  readonly [role in 'query' | 'key' | 'value']: Value | undefined;
};

export type ProjectionValues = { readonly [role in 'query' | 'key' | 'value']: Value };

/** Names of the dense layers of projections. */
export function projectionNames(projections: Projections): readonly string[] {
  return projections.kind === 'fused'
    ? [projections.all]
    : [projections.query, projections.key, projections.value];
}

/**
 * Queries of the output's tokens, and keys and values of all tokens, from h of all tokens. `prefix` begins
 * their names.
 */
export function projectionsForward(
  scope: GraphScope,
  prefix: string,
  { projections }: LayerLayout,
  h: Value,
  axes: TokenAxes,
): ProjectionValues {
  const { graph, states, layout } = scope;
  const names = { query: `${prefix}.query`, key: `${prefix}.key`, value: `${prefix}.value` };
  const same = axes.input === axes.output;
  if (projections.kind === 'separate') {
    const queried = same ? h : states.featureTokens(h);
    return {
      query: denseForward(scope, projections.query, queried, { output: names.query }),
      key: denseForward(scope, projections.key, h, { output: names.key }),
      value: denseForward(scope, projections.value, h, { output: names.value }),
    };
  }
  const widths = attentionWidths(layout);
  const [query, key, value] = graph.applyMany(
    'Split',
    [denseForward(scope, projections.all, h), graph.integers(widths.query, widths.keyValue, widths.keyValue)],
    [same ? names.query : `${prefix}.every-query`, names.key, names.value],
    { axis: int(-1) },
  );
  return { query: same ? query : states.featureTokens(query, names.query), key, value };
}

/** Which gradients of the projections' results are needed. */
export function projectionNeeds(
  scope: BackwardScope,
  { projections }: LayerLayout,
  needsInput: boolean,
): { readonly [role in keyof ProjectionValues]: boolean } {
  const needs = (name: string) => needsInput || scope.hasLora(name);
  if (projections.kind === 'separate') {
    const { query, key, value } = projections;
    return { query: needs(query), key: needs(key), value: needs(value) };
  }
  const all = needs(projections.all);
  return { query: all, key: all, value: all };
}

/**
 * Gradient at h, the sum over the projections, and the gradients of their LoRA pairs.
 *
 * @param h Adds the projections' input to the graph; called only if a LoRA gradient needs it.
 * @param needsInput Whether the gradient at h is needed.
 */
export function projectionsBackward(
  scope: BackwardScope,
  { projections }: LayerLayout,
  gradients: ProjectionGradients,
  h: () => Value,
  axes: TokenAxes,
  needsInput: boolean,
): Value | undefined {
  const { graph, states } = scope;
  const { query, key, value } = gradients;
  const same = axes.input === axes.output;
  const input = once(h);
  if (projections.kind === 'fused') {
    if (query === undefined || key === undefined || value === undefined) return undefined;
    // Tokens that are not queried have a zero gradient.
    const everyQuery = same ? query : states.addToFeatureTokens(graph.apply('Sub', [key, key]), query);
    const dy = graph.apply('Concat', [everyQuery, key, value], { axis: int(-1) });
    loraBackward(scope, projections.all, dy, input, 'tokens');
    return needsInput ? denseBackward(scope, projections.all, dy) : undefined;
  }
  const queried = once(() => (same ? input() : states.featureTokens(input())));
  if (query !== undefined) loraBackward(scope, projections.query, query, queried, axes.output);
  if (key !== undefined) loraBackward(scope, projections.key, key, input, 'tokens');
  if (value !== undefined) loraBackward(scope, projections.value, value, input, 'tokens');
  if (!needsInput || query === undefined || key === undefined || value === undefined) return undefined;
  const dQueried = denseBackward(scope, projections.query, query);
  const dKeyValue = graph.apply('Add', [
    denseBackward(scope, projections.key, key),
    denseBackward(scope, projections.value, value),
  ]);
  return same ? graph.apply('Add', [dKeyValue, dQueried]) : states.addToFeatureTokens(dKeyValue, dQueried);
}

/** Calls `make` on first use and returns the same value afterwards. */
function once(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
