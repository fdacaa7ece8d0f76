import { backwardGraph } from './graph/backward-graph.ts';
import type { EncoderSpec } from './graph/encoder-spec.ts';
import { forwardGraph } from './graph/forward-graph.ts';
import type { KeptActivations } from './graph/names.ts';
import { GraphRunner } from './graph-runner.ts';
import type { OnnxSessionSettings } from './onnx-session.ts';

/** An engine's graphs, each loaded when first used: with `fed` weights a loaded graph costs next to no memory. */
export interface EncoderGraphs {
  /** Features alone. */
  infer(masked: boolean): GraphRunner;
  /** Features and the activations that `backward` reads. */
  forward(masked: boolean): GraphRunner;
  readonly backward: GraphRunner;
  readonly kept: KeptActivations;
  /** Name of the backward graph's output for each LoRA tensor. */
  readonly gradients: ReadonlyMap<string, string>;
  dispose(): Promise<void>;
}

export function encoderGraphs(spec: EncoderSpec, settings: OnnxSessionSettings): EncoderGraphs {
  const { model, kept, gradients } = backwardGraph(spec);
  const runner = (graph: () => Uint8Array) => new GraphRunner(graph, spec.tensors, settings);
  const pair = (keep: KeptActivations) => ({
    masked: runner(() => forwardGraph(spec, keep, true)),
    plain: runner(() => forwardGraph(spec, keep, false)),
  });
  const infer = pair(new Map());
  const forward = pair(kept);
  const backward = runner(() => model);
  return {
    infer: (masked) => (masked ? infer.masked : infer.plain),
    forward: (masked) => (masked ? forward.masked : forward.plain),
    backward,
    kept,
    gradients,
    async dispose() {
      const all = [infer.masked, infer.plain, forward.masked, forward.plain, backward];
      await Promise.all(all.map((graph) => graph.dispose()));
    },
  };
}
