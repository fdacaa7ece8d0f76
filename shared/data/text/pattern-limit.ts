import { ModelError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { TimeLimit } from '#shared/time-limit.ts';
import { isFlatPattern } from './flat-pattern.ts';

/** Limit of a search in one text. Searches take microseconds. */
const SEARCH_LIMIT_MS = 500;

/** A search that is repeated before its pattern is refused, because a computer may have paused the first. */
const TRIES = 2;

/** A search of a flat pattern in a text of at most this length ends by itself, at worst after seconds. */
const SHORT_TEXT = 1000;

/**
 * Limits the time of the steps that search texts by the regular expressions of a tokenizer.json. Flat
 * patterns are searched in short texts without a limit, so that common tokenizers are as fast as without
 * limits.
 */
export class PatternLimit {
  readonly #source: string;
  readonly #limit = new TimeLimit();

  /** @param source the tokenizer's file, for messages */
  constructor(source: string) {
    this.#source = source;
  }

  /**
   * The same step with a limit of its time, if its definition has a regular expression.
   *
   * @param definition the step in the form of tokenizer.json
   * @throws (the returned step) ModelError naming the file and the pattern
   */
  limited<Input extends string | readonly number[], Result>(
    definition: unknown,
    step: (input: Input) => Result,
  ): (input: Input) => Result {
    const patterns = patternsIn(definition);
    if (patterns.length === 0) return step;
    const shortest = patterns.every(isFlatPattern) ? SHORT_TEXT : 0;
    return (input) => {
      if (input.length <= shortest) return step(input);
      for (let tried = 0; tried < TRIES; tried++) {
        const found = this.#limit.within(SEARCH_LIMIT_MS, () => step(input));
        if (found !== undefined) return found.value;
      }
      throw new ModelError(
        `the pattern ${patterns.map(quoted).join(' or ')} takes too long on a text of ${input.length} ${typeof input === 'string' ? 'characters' : 'tokens'}.`,
        {
          subject: this.#source,
          remedy: 'Write it without repeats inside repeats, or leave the text out.',
        },
      );
    };
  }
}

/** The regular expressions of a step, and of the steps inside it. */
function patternsIn(definition: unknown): readonly string[] {
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([key, value]) =>
    key === 'Regex' && typeof value === 'string' ? [value] : patternsIn(value),
  );
}
