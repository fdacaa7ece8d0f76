import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * Purpose of a random stream. A stream is named by (seed, purpose, indices...), not by the order of calls:
 * the numbers of a device in a round do not depend on other draws.
 */
export type RandomPurpose =
  | 'placement'
  | 'shadowing'
  | 'fading'
  | 'control'
  | 'device'
  | 'study'
  | 'policy'
  | 'partition'
  | 'batch'
  | 'head'
  | 'lora'
  | 'dataset'
  | 'split'
  | 'pretraining'
  | 'emulator'
  | 'fault'
  | 'bootstrap'
  | 'plugin';

/** A sequence of independent random numbers. */
export interface RandomStream {
  /** The next 32 random bits, as an unsigned integer. */
  nextUint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Uniform integer in [0, bound), bound >= 1. */
  integer(bound: number): number;
  /**
   * Standard normal (Box-Muller). Always consumes two uniforms, so that the stream's position does not depend
   * on values.
   */
  normal(): number;
  /** Exponential with mean 1: the power of a Rayleigh channel with unit power. */
  exponential(): number;
}

/** 32-bit finaliser of MurmurHash3: every input bit changes each output bit with probability one half. */
function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix32(h);
}

const purposeHashes = new Map<RandomPurpose, number>();

function hashOf(purpose: RandomPurpose): number {
  let hash = purposeHashes.get(purpose);
  if (hash === undefined) {
    hash = hashText(purpose);
    purposeHashes.set(purpose, hash);
  }
  return hash;
}

/** Hash of a list of words. A plain loop, because a round of a million devices creates a million streams. */
function hashWords(words: readonly number[], salt: number): number {
  let hash = salt;
  for (let index = 0; index < words.length; index++) {
    hash = mix32(Math.imul(hash ^ mix32(words[index] + salt), 5) + 0xe6546b64);
  }
  return hash;
}

class GeneratorStream implements RandomStream {
  readonly #generator: RandomGenerator;

  constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  nextUint32(): number {
    return this.#generator.next() >>> 0;
  }

  uniform(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  integer(bound: number): number {
    return uniformInt(this.#generator, 0, bound - 1);
  }

  normal(): number {
    // 1 - u is in (0, 1]: the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  exponential(): number {
    return -Math.log(1 - this.uniform());
  }
}

/**
 * The stream named by (seed, purpose, indices...). Streams with different names are statistically
 * independent: their 128-bit generator states are hashes of the whole name.
 *
 * @param seed a whole number of 0 or more
 * @param indices whole numbers, such as round and device
 */
export function randomStream(
  seed: number,
  purpose: RandomPurpose,
  ...indices: readonly number[]
): RandomStream {
  const words: readonly number[] = [
    seed | 0,
    Math.floor(seed / 0x100000000) | 0,
    hashOf(purpose),
    ...indices,
  ];
  return new GeneratorStream(
    xoroshiro128plusFromState([
      hashWords(words, 0x9e3779b9),
      hashWords(words, 0x7f4a7c15),
      hashWords(words, 0xf39cc060),
      hashWords(words, 0x5cedc834),
    ]),
  );
}

/** A uniformly random permutation of 0..count-1 (Fisher-Yates). */
export function randomPermutation(stream: RandomStream, count: number): Int32Array {
  // A plain loop: `Int32Array.from` with a function is many times as slow, and devices draw one per round.
  const order = new Int32Array(count);
  for (let index = 0; index < count; index++) order[index] = index;
  for (let last = count - 1; last > 0; last--) {
    const other = stream.integer(last + 1);
    const held = order[last];
    order[last] = order[other];
    order[other] = held;
  }
  return order;
}
