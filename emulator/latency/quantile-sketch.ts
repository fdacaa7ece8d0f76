/** Values at or below this are counted as zero: 1e-9 ms is a picosecond. */
const SMALLEST = 1e-9;

/**
 * Quantiles of a stream of non-negative numbers within a fixed relative error. Its memory grows with the
 * logarithm of their range, not with their number. Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", VLDB 2019. Minimum, maximum, count and sum are exact.
 */
export class QuantileSketch {
  readonly relativeError: number;
  readonly #logBase: number;
  /** Number of values in each bucket; bucket i holds (base^(i-1), base^i]. */
  #buckets = new Float64Array(0);
  #firstBucket = 0;
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  /** The last value above 0, and its bucket: the next one is often equal, and a logarithm is slow. */
  #lastValue = 0;
  #lastBucket = 0;

  /** @param relativeError in (0, 1): a reported quantile is within this fraction of the true one */
  constructor(relativeError = 0.005) {
    this.relativeError = relativeError;
    this.#logBase = Math.log((1 + relativeError) / (1 - relativeError));
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  get minimum(): number {
    return this.#count === 0 ? 0 : this.#minimum;
  }

  get maximum(): number {
    return this.#count === 0 ? 0 : this.#maximum;
  }

  /** Adds a value. @throws RangeError for a negative number or one that is not finite */
  add(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`Cannot sketch ${value}.`);
    this.#count++;
    this.#sum += value;
    if (value < this.#minimum) this.#minimum = value;
    if (value > this.#maximum) this.#maximum = value;
    if (value <= SMALLEST) {
      this.#zeros++;
      return;
    }
    if (value !== this.#lastValue) {
      this.#lastValue = value;
      this.#lastBucket = Math.ceil(Math.log(value) / this.#logBase);
    }
    this.#tally(this.#lastBucket, 1);
  }

  /** Adds all values of another sketch with the same relative error. @throws RangeError for another error */
  merge(other: QuantileSketch): void {
    if (other.relativeError !== this.relativeError)
      throw new RangeError('The sketches have different relative errors.');
    other.#buckets.forEach((number, index) => {
      if (number > 0) this.#tally(other.#firstBucket + index, number);
    });
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#minimum = Math.min(this.#minimum, other.#minimum);
    this.#maximum = Math.max(this.#maximum, other.#maximum);
  }

  /** The value of rank floor(fraction * (count - 1)), counted from 0; 0 when nothing was added. */
  quantile(fraction: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.floor(fraction * (this.#count - 1));
    if (rank >= this.#count - 1) return this.#maximum;
    let seen = this.#zeros;
    if (rank < seen) return 0;
    for (let index = 0; index < this.#buckets.length; index++) {
      seen += this.#buckets[index];
      if (rank < seen) {
        // The bucket's midpoint in terms of relative error, limited to the range of the values seen.
        const upper = Math.exp((this.#firstBucket + index) * this.#logBase);
        return Math.min(this.#maximum, Math.max(this.#minimum, upper * (1 - this.relativeError)));
      }
    }
    return this.#maximum;
  }

  /** Adds a number of values to a bucket, extending the range of buckets if needed. */
  #tally(bucket: number, number: number): void {
    const length = this.#buckets.length;
    if (length === 0) this.#firstBucket = bucket;
    const last = this.#firstBucket + length - 1;
    if (bucket < this.#firstBucket || bucket > last) {
      const first = Math.min(bucket, this.#firstBucket) - 16;
      const buckets = new Float64Array(Math.max(bucket, last) + 17 - first);
      buckets.set(this.#buckets, this.#firstBucket - first);
      this.#buckets = buckets;
      this.#firstBucket = first;
    }
    this.#buckets[bucket - this.#firstBucket] += number;
  }
}
