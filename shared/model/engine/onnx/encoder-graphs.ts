import { type BackwardGraph, backwardGraph, recomputingGraph, trainsLayers } from './graph/backward-graph.ts';
import type { EncoderSpec } from './graph/encoder-spec.ts';
import { forwardGraph } from './graph/forward-graph.ts';
import type { KeptActivations } from './graph/names.ts';
import { GraphRunner } from './graph-runner.ts';
import type { OnnxSessionSettings } from './onnx-session.ts';

/** An engine's graphs for one layout of its states, each loaded when first used. */
export interface EncoderGraphs {
  /** Features alone. */
  readonly infer: GraphRunner;
  /** Features and the activations that `backward` reads. */
  readonly forward: GraphRunner;
  /** Gradient at the features to LoRA gradients. */
  readonly backward: GraphRunner;
  readonly kept: KeptActivations;
  /** Name of the backward graph's output for each LoRA tensor, in their fixed order. */
  readonly gradients: ReadonlyMap<string, string>;
  dispose(): Promise<void>;
}

export function encoderGraphs(spec: EncoderSpec, settings: OnnxSessionSettings): EncoderGraphs {
  const { model, kept, gradients } = backwardOf(spec);
  const runner = (graph: () => Uint8Array) => new GraphRunner(graph, spec, settings);
  const infer = runner(() => forwardGraph(spec, new Map()));
  // Where nothing is kept the two are one, and its weights are loaded once.
  const forward = kept.size === 0 ? infer : runner(() => forwardGraph(spec, kept));
  const backward = runner(() => model);
  const all = new Set([infer, forward, backward]);
  return {
    infer,
    forward,
    backward,
    kept,
    gradients,
    async dispose() {
      await Promise.all([...all].map((graph) => graph.dispose()));
    },
  };
}

/** Where the pooler alone trains, nothing is worth computing again. */
function backwardOf(spec: EncoderSpec): BackwardGraph {
  const keeping = backwardGraph(spec);
  const recomputes = spec.activations === 'recomputed' && trainsLayers(spec);
  return recomputes ? recomputingGraph(spec, keeping.kept) : keeping;
}
