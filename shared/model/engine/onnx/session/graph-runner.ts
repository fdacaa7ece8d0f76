import type { InferenceSession } from 'onnxruntime-node';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { type GraphFeeds, ortTensor } from './graph-feeds.ts';
import { type Feeds, type OnnxSessionSettings, openSession } from './onnx-session.ts';
import { runUncopied } from './uncopied-outputs.ts';

interface LoadedGraph {
  readonly session: InferenceSession;
  /** Frozen weights that the graph reads as inputs. */
  readonly weights: Feeds;
}

/**
 * A graph of the engine, loaded at its first run. Feeds the frozen weights that the graph reads as inputs.
 */
export class GraphRunner {
  readonly #model: () => Uint8Array;
  readonly #spec: EncoderSpec;
  readonly #settings: OnnxSessionSettings;
  #loaded: Promise<LoadedGraph> | undefined;

  constructor(model: () => Uint8Array, spec: EncoderSpec, settings: OnnxSessionSettings) {
    this.#model = model;
    this.#spec = spec;
    this.#settings = settings;
  }

  /** Loads the graph if it is not loaded yet. */
  async load(): Promise<void> {
    await this.#load();
  }

  /**
   * Runs the graph and writes its outputs into the memory given.
   *
   * @param feeds All inputs except frozen weights; entries that the graph does not read are ignored.
   */
  async run(feeds: GraphFeeds, outputs: Feeds): Promise<void> {
    const { session, weights } = await this.#load();
    const inputs = session.inputNames.flatMap((name) => {
      const value = feeds.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    await runUncopied(session, { ...weights, ...Object.fromEntries(inputs) }, outputs);
  }

  async dispose(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    if (loaded !== undefined) await (await loaded).session.release();
  }

  #load(): Promise<LoadedGraph> {
    this.#loaded ??= this.#open();
    return this.#loaded;
  }

  async #open(): Promise<LoadedGraph> {
    const { tensors, weightPlacement } = this.#spec;
    const external = weightPlacement === 'loaded' ? tensors : new Map<string, Tensor>();
    const session = await openSession(this.#model(), external, this.#settings);
    const fed = session.inputNames.filter((name) => tensors.has(name));
    const weights = fed.map((name) => {
      const { data, shape } = requireTensor(tensors, name);
      return [name, ortTensor(data, shape)] as const;
    });
    return { session, weights: Object.fromEntries(weights) };
  }
}
