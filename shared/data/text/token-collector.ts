import type { TokenExamples } from '#shared/data/example-set.ts';
import { GrowingInts } from '#shared/data/growing-ints.ts';
import type { TokenSequence } from './tokenizer.ts';

/**
 * Collects encoded rows in packed arrays, so that a million rows take little more memory than their tokens.
 */
export class TokenCollector {
  readonly #tokenIds = new GrowingInts();
  readonly #tokenTypes = new GrowingInts();
  readonly #offsets = new GrowingInts();
  readonly #labels = new GrowingInts();

  constructor() {
    this.#offsets.push(0);
  }

  get rows(): number {
    return this.#labels.length;
  }

  add({ tokenIds, tokenTypes }: TokenSequence, label: number): void {
    this.#tokenIds.pushAll(tokenIds);
    this.#tokenTypes.pushAll(tokenTypes);
    this.#offsets.push(this.#tokenIds.length);
    this.#labels.push(label);
  }

  examples(): TokenExamples {
    return {
      kind: 'tokens',
      tokenIds: this.#tokenIds.values(),
      tokenTypes: this.#tokenTypes.values(),
      offsets: this.#offsets.values(),
      labels: this.#labels.values(),
    };
  }
}
