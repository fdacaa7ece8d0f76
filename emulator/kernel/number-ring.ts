/** A FIFO queue of numbers in one growing circular buffer; values can also be removed from the back. */
export class NumberRing {
  #values: Float64Array;
  #head = 0;
  #length = 0;

  constructor(capacity = 16) {
    this.#values = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(2, capacity))));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[(this.#head + this.#length++) & (this.#values.length - 1)] = value;
  }

  /** The value at `index` from the front; NaN beyond the end. */
  at(index: number): number {
    return index < this.#length ? this.#values[(this.#head + index) & (this.#values.length - 1)] : Number.NaN;
  }

  /** Removes and returns the value at the front; NaN if there is none. */
  shift(): number {
    if (this.#length === 0) return Number.NaN;
    const value = this.#values[this.#head];
    this.#head = (this.#head + 1) & (this.#values.length - 1);
    this.#length--;
    return value;
  }

  /** Removes and returns the value at the back; NaN if there is none. */
  pop(): number {
    if (this.#length === 0) return Number.NaN;
    return this.#values[(this.#head + --this.#length) & (this.#values.length - 1)];
  }

  /** Exchanges the values at two indices from the front. */
  swap(one: number, other: number): void {
    const mask = this.#values.length - 1;
    const left = (this.#head + one) & mask;
    const right = (this.#head + other) & mask;
    const held = this.#values[left];
    this.#values[left] = this.#values[right];
    this.#values[right] = held;
  }

  #grow(): void {
    const values = new Float64Array(2 * this.#values.length);
    for (let index = 0; index < this.#length; index++) values[index] = this.at(index);
    this.#values = values;
    this.#head = 0;
  }
}
