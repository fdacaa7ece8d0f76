import { type NamedTensors, type Tensor, zeros } from '../../tensor.ts';
import type { EncoderGraphs } from './encoder-graphs.ts';
import type { EncoderSpec } from './graph/encoder-spec.ts';
import { adaptedName } from './graph/names.ts';
import { type GraphFeeds, tensorFeeds } from './graph-feeds.ts';

/** LoRA as the graphs read it: its own tensors, for their gradients, and the weights they adapt. */
export class AdaptedWeights {
  readonly #spec: EncoderSpec;
  readonly #graphs: EncoderGraphs;
  #last: { readonly lora: NamedTensors; readonly feeds: Promise<GraphFeeds> } | undefined;

  constructor(spec: EncoderSpec, graphs: EncoderGraphs) {
    this.#spec = spec;
    this.#graphs = graphs;
  }

  /**
   * What to feed for these LoRA values. Made once for a set of tensors and kept until another set comes: in a round
   * every device's batch runs with the same one.
   */
  async feeds(lora: NamedTensors): Promise<GraphFeeds> {
    if (this.#last?.lora !== lora) this.#last = { lora, feeds: this.#adapt(lora) };
    return this.#last.feeds;
  }

  forget(): void {
    this.#last = undefined;
  }

  async #adapt(lora: NamedTensors): Promise<GraphFeeds> {
    if (this.#spec.adaptedWeights === 'inside') return tensorFeeds(lora);
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
    await this.#graphs.adapt.run(pairs, Object.fromEntries(adapted));
    return new Map([...pairs, ...adapted]);
  }
}
