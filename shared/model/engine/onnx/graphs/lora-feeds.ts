import { type GraphFeeds, tensorFeeds } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { GraphRunner } from '#shared/model/engine/onnx/session/graph-runner.ts';
import type { OnnxSessionSettings } from '#shared/model/engine/onnx/session/onnx-session.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { type NamedTensors, zeros } from '#shared/model/tensor.ts';
import { mergedShapes, mergeGraph } from './merge-graph.ts';

/** A set of LoRA tensors as the graphs of one layout read it. */
export interface LoraValues {
  readonly tensors: NamedTensors;
  /** The tensors, for `merged` LoRA the merged weights, and for DoRA the inverse lengths of their rows. */
  readonly feeds: GraphFeeds;
}

/** Makes the feeds of LoRA for the graphs of one layout. */
export class LoraFeeds {
  readonly #spec: EncoderSpec;
  readonly #graph: GraphRunner;
  #last: { readonly tensors: NamedTensors; readonly values: Promise<LoraValues> } | undefined;

  constructor(spec: EncoderSpec, settings: OnnxSessionSettings) {
    this.#spec = { ...spec, weightPlacement: 'fed' };
    this.#graph = new GraphRunner(() => mergeGraph(this.#spec), this.#spec, settings);
  }

  /** Loads the graph that merges weights, if it is not loaded yet. */
  load(): Promise<void> {
    return this.#graph.load();
  }

  /**
   * Feeds of a LoRA set. They are kept until a call with another set, because all batches of a round use the
   * same one.
   */
  of(tensors: NamedTensors): Promise<LoraValues> {
    if (this.#last?.tensors !== tensors) this.#last = { tensors, values: this.#make(tensors) };
    return this.#last.values;
  }

  async dispose(): Promise<void> {
    this.#last = undefined;
    await this.#graph.dispose();
  }

  async #make(tensors: NamedTensors): Promise<LoraValues> {
    const pairs = tensorFeeds(tensors);
    const shapes = mergedShapes(this.#spec);
    if (shapes.size === 0) return { tensors, feeds: pairs };
    const merged = tensorFeeds(new Map([...shapes].map(([name, shape]) => [name, zeros(shape)])));
    await this.#graph.run(pairs, Object.fromEntries(merged));
    return { tensors, feeds: new Map([...pairs, ...merged]) };
  }
}
