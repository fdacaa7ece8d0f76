import type { AirtuneError, ErrorDetails } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { TimeLimit } from '#shared/time-limit.ts';

/**
 * Limit of the total time that a `NamePatterns` spends on its expressions. Common expressions take
 * microseconds.
 */
const MATCH_LIMIT_MS = 1000;

/** Matches a pattern that is a plain name: no special character except dots, which then mean dots. */
const PLAIN_NAME = /^[\w.-]+$/;

/** Where the patterns come from, for error messages, and the class of the errors about them. */
export interface PatternSource {
  readonly subject: string;
  readonly Refusal: new (message: string, details?: ErrorDetails) => AirtuneError;
}

/**
 * Names of layers, searched by the patterns of a file or of settings. An expression such as `(\w+\.?)+x`
 * takes time exponential in the length of a name, so the time of all searches together is limited.
 */
export class NamePatterns {
  readonly #names: readonly string[];
  readonly #source: PatternSource;
  readonly #endings = new Map<string, ReadonlySet<string>>();
  readonly #wholes = new Map<string, ReadonlySet<string>>();
  readonly #indices = new Map<string, ReadonlyMap<string, number>>();
  readonly #limit = new TimeLimit();
  #leftMs = MATCH_LIMIT_MS;

  constructor(names: Iterable<string>, source: PatternSource) {
    this.#names = [...new Set(names)];
    this.#source = source;
  }

  /**
   * The names that equal a pattern or end in it after a dot. An expression has to match the whole name, or
   * its end after a dot: PEFT's rule for the keys of rank patterns.
   *
   * @throws an error of the source's class for an expression that cannot be read or takes too long
   */
  endingIn(pattern: string): ReadonlySet<string> {
    return remembered(this.#endings, pattern, () => {
      if (PLAIN_NAME.test(pattern)) {
        return new Set(this.#names.filter((name) => name === pattern || name.endsWith(`.${pattern}`)));
      }
      const expression = expressionOf(`^(?:.*\\.)?(?:${pattern})$`);
      if (expression === undefined) throw this.#refusal(`${quoted(pattern)} is no regular expression.`);
      return this.#limited(pattern, () => new Set(this.#names.filter((name) => expression.test(name))));
    });
  }

  /**
   * The names that an expression matches as a whole; none for an expression that only Python can read.
   *
   * @throws an error of the source's class for an expression that takes too long
   */
  matching(pattern: string): ReadonlySet<string> {
    return remembered(this.#wholes, pattern, () => {
      const expression = expressionOf(`^(?:${pattern})$`);
      if (expression === undefined) return new Set();
      return this.#limited(pattern, () => new Set(this.#names.filter((name) => expression.test(name))));
    });
  }

  /**
   * The index of the encoder layer in each name that has one: the number after the name of a list of layers.
   *
   * @param list Expression for the name of the list.
   * @throws as {@link matching}
   */
  layerIndices(list: string): ReadonlyMap<string, number> {
    return remembered(this.#indices, list, () => {
      const expression = expressionOf(`^(?:.*\\.)?(?:${list})\\.(?<index>\\d+)\\..*$`);
      if (expression === undefined) return new Map();
      const indexOf = (name: string): readonly (readonly [string, number])[] => {
        const index = expression.exec(name)?.groups?.index;
        return index === undefined ? [] : [[name, Number(index)]];
      };
      return this.#limited(list, () => new Map(this.#names.flatMap(indexOf)));
    });
  }

  /** Runs a search, and ends it when the time for all searches is used. */
  #limited<T>(pattern: string, search: () => T): T {
    const begunMs = performance.now();
    const found = this.#limit.within(this.#leftMs, search);
    this.#leftMs -= performance.now() - begunMs;
    if (found !== undefined) return found.value;
    throw this.#refusal(`${quoted(pattern)} takes too long to match the names of layers.`, {
      remedy: 'Write it without repeats inside repeats, or name the layers.',
    });
  }

  #refusal(message: string, details: ErrorDetails = {}): AirtuneError {
    const { subject, Refusal } = this.#source;
    return new Refusal(message, { subject, ...details });
  }
}

/** Undefined for an expression that JavaScript cannot read. */
function expressionOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u');
  } catch {
    return undefined;
  }
}

function remembered<Value>(values: Map<string, Value>, key: string, find: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = find();
  values.set(key, value);
  return value;
}
