import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { adaptGraph } from './graph/adapt-graph.ts';
import type { EncoderSpec } from './graph/encoder-spec.ts';
import { adaptedName } from './graph/names.ts';
import { type GraphFeeds, tensorFeeds } from './graph-feeds.ts';
import { GraphRunner } from './graph-runner.ts';
import type { OnnxSessionSettings } from './onnx-session.ts';

/** LoRA as graphs of one layout read it: its own tensors and, where LoRA is added before, the weights they adapt. */
export class AdaptedWeights {
  readonly #spec: EncoderSpec;
  readonly #graph: GraphRunner;
  #last: { readonly lora: NamedTensors; readonly feeds: Promise<GraphFeeds> } | undefined;

  constructor(spec: EncoderSpec, settings: OnnxSessionSettings) {
    this.#spec = { ...spec, weightPlacement: 'fed' };
    this.#graph = new GraphRunner(() => adaptGraph(this.#spec), this.#spec, settings);
  }

  /** Loads the graph, if that has not been done. */
  load(): Promise<void> {
    return this.#graph.load();
  }

  /**
   * What to feed for these LoRA values. Made once for a set of tensors and kept until another set comes: in a round
   * every device's batch runs with the same one.
   */
  async feeds(lora: NamedTensors): Promise<GraphFeeds> {
    if (this.#last?.lora !== lora) this.#last = { lora, feeds: this.#adapt(lora) };
    return this.#last.feeds;
  }

  async dispose(): Promise<void> {
    this.#last = undefined;
    await this.#graph.dispose();
  }

  async #adapt(lora: NamedTensors): Promise<GraphFeeds> {
    if (this.#spec.loraPlacement !== 'before') return tensorFeeds(lora);
    const modules = [...this.#spec.loraModules.values()];
    const adapted = tensorFeeds(
      new Map(
        modules.map(({ name, inputs, outputs }): [string, Tensor] => [
          adaptedName(name),
          zeros([outputs, inputs]),
        ]),
      ),
    );
    const pairs = tensorFeeds(lora);
    await this.#graph.run(pairs, Object.fromEntries(adapted));
    return new Map([...pairs, ...adapted]);
  }
}
