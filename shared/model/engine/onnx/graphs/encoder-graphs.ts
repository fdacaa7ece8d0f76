import { GraphBuilder } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import { featureShape } from '#shared/model/engine/onnx/layers/features.ts';
import { GraphRunner } from '#shared/model/engine/onnx/session/graph-runner.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/session/onnx-session.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import type { KeptActivations } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type BackwardGraph, backwardGraph, recomputingGraph, trainsLayers } from './backward-graph.ts';
import { createScope } from './create-scope.ts';
import { forwardGraph } from './forward-graph.ts';
import { type PositionFeeds, positionFeeds } from './position-feeds.ts';

/** An engine's graphs for one layout of hidden states, each loaded at its first run. */
export interface EncoderGraphs {
  /** Features only. */
  readonly infer: GraphRunner;
  /** Features and the activations that `backward` reads. */
  readonly forward: GraphRunner;
  /** Gradient at the features to LoRA gradients. */
  readonly backward: GraphRunner;
  readonly kept: KeptActivations;
  readonly features: FeatureKind;
  /** Shape of the features in the graphs. */
  readonly featureShape: readonly OnnxDimension[];
  readonly positions: PositionFeeds;
  /**
   * Output name of each LoRA tensor's gradient in the backward graph, in the order of the LoRA parameters.
   */
  readonly gradients: ReadonlyMap<string, string>;
  dispose(): Promise<void>;
}

export function encoderGraphs(spec: EncoderSpec, settings: OnnxSessionSettings): EncoderGraphs {
  const { model, kept, gradients } = backwardOf(spec);
  const runner = (graph: () => Uint8Array) => new GraphRunner(graph, spec, settings);
  const infer = runner(() => forwardGraph(spec, new Map()));
  // If nothing is kept, both are the same graph; its weights are loaded once.
  const forward = kept.size === 0 ? infer : runner(() => forwardGraph(spec, kept));
  const backward = runner(() => model);
  const all = new Set([infer, forward, backward]);
  return {
    infer,
    forward,
    backward,
    kept,
    features: spec.features,
    featureShape: featureShape(createScope(new GraphBuilder('features'), spec), spec.features),
    positions: positionFeeds(spec),
    gradients,
    async dispose() {
      await Promise.all([...all].map((graph) => graph.dispose()));
    },
  };
}

/** Recomputes activations only if layers train: the pooler's gradients need none. */
function backwardOf(spec: EncoderSpec): BackwardGraph {
  const keeping = backwardGraph(spec);
  const recomputes = spec.activations === 'recomputed' && trainsLayers(spec);
  return recomputes ? recomputingGraph(spec, keeping.kept) : keeping;
}
