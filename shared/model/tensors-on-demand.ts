import type { NamedTensors, Tensor } from './tensor.ts';

/**
 * Tensors that are made each time they are asked for, so that a large model is not in memory as a whole.
 *
 * @param names Names in their order, each once.
 */
export function tensorsOnDemand(names: readonly string[], make: (name: string) => Tensor): NamedTensors {
  return new TensorsOnDemand(names, make);
}

class TensorsOnDemand implements NamedTensors {
  readonly #names: ReadonlySet<string>;
  readonly #make: (name: string) => Tensor;

  constructor(names: readonly string[], make: (name: string) => Tensor) {
    this.#names = new Set(names);
    this.#make = make;
  }

  get size(): number {
    return this.#names.size;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  get(name: string): Tensor | undefined {
    return this.#names.has(name) ? this.#make(name) : undefined;
  }

  keys(): MapIterator<string> {
    return this.#names.keys();
  }

  *values(): MapIterator<Tensor> {
    for (const name of this.#names) yield this.#make(name);
  }

  *entries(): MapIterator<[string, Tensor]> {
    for (const name of this.#names) yield [name, this.#make(name)];
  }

  [Symbol.iterator](): MapIterator<[string, Tensor]> {
    return this.entries();
  }

  forEach(call: (value: Tensor, name: string, tensors: NamedTensors) => void): void {
    for (const [name, value] of this) call(value, name, this);
  }
}
