import { type InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { EncoderSpec } from './graph/encoder-spec.ts';
import { type Feeds, type OnnxSessionSettings, openSession } from './onnx-session.ts';
import { runUncopied } from './uncopied-outputs.ts';

/** ONNX Runtime's tensor over the same memory: nothing is copied. */
export function ortTensor(data: Float32Array, shape: readonly number[]): OrtTensor {
  return new OrtTensor('float32', data, shape);
}

/** One of the engine's graphs, loaded when it is first run, with the frozen weights it reads as inputs. */
export class GraphRunner {
  readonly #model: () => Uint8Array;
  readonly #spec: EncoderSpec;
  readonly #settings: OnnxSessionSettings;
  #session: Promise<{ session: InferenceSession; weights: Feeds }> | undefined;

  constructor(model: () => Uint8Array, spec: EncoderSpec, settings: OnnxSessionSettings) {
    this.#model = model;
    this.#spec = spec;
    this.#settings = settings;
  }

  /** Loads the graph, if that has not been done. */
  async load(): Promise<void> {
    await this.#loaded();
  }

  /**
   * Runs the graph and writes its outputs into the memory given.
   *
   * @param feeds Every input that is not a frozen weight; what the graph does not read is left out.
   */
  async run(feeds: ReadonlyMap<string, OrtTensor>, outputs: Feeds): Promise<void> {
    const { session, weights } = await this.#loaded();
    const read: Record<string, OrtTensor> = { ...weights };
    for (const name of session.inputNames) {
      const value = feeds.get(name);
      if (value !== undefined) read[name] = value;
    }
    await runUncopied(session, read, outputs);
  }

  async dispose(): Promise<void> {
    const loaded = this.#session;
    this.#session = undefined;
    if (loaded !== undefined) await (await loaded).session.release();
  }

  #loaded(): Promise<{ session: InferenceSession; weights: Feeds }> {
    this.#session ??= this.#open();
    return this.#session;
  }

  async #open(): Promise<{ session: InferenceSession; weights: Feeds }> {
    const { tensors, weightPlacement } = this.#spec;
    const loaded = weightPlacement === 'loaded' ? tensors : new Map<string, Tensor>();
    const session = await openSession(this.#model(), loaded, this.#settings);
    const fed = session.inputNames.filter((name) => tensors.has(name));
    const weights = Object.fromEntries(
      fed.map((name) => {
        const { data, shape }: Tensor = requireTensor(tensors, name);
        return [name, ortTensor(data, shape)];
      }),
    );
    return { session, weights };
  }
}
