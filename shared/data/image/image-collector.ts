import type { ImageShape } from '#shared/data/example.ts';
import type { ImageExamples } from '#shared/data/example-set.ts';
import { GrowingInts } from '#shared/data/growing-ints.ts';

/** Collects images of one size in one block of bytes. */
export class ImageCollector {
  readonly #shape: ImageShape;
  readonly #size: number;
  readonly #labels = new GrowingInts();
  #pixels: Uint8Array;

  constructor(shape: ImageShape) {
    this.#shape = shape;
    this.#size = shape.channels * shape.height * shape.width;
    this.#pixels = new Uint8Array(16 * this.#size);
  }

  get images(): number {
    return this.#labels.length;
  }

  add(pixels: Uint8Array, label: number): void {
    const begin = this.#labels.length * this.#size;
    if (begin === this.#pixels.length) {
      const larger = new Uint8Array(this.#pixels.length * 2);
      larger.set(this.#pixels);
      this.#pixels = larger;
    }
    this.#pixels.set(pixels, begin);
    this.#labels.push(label);
  }

  examples(): ImageExamples {
    const { channels, height, width } = this.#shape;
    const labels = this.#labels.values();
    return {
      kind: 'images',
      shape: [labels.length, channels, height, width],
      pixels: this.#pixels.slice(0, labels.length * this.#size),
      labels,
    };
  }
}
