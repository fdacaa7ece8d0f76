import { createContext, Script } from 'node:vm';

const CALL = new Script('task()');

/**
 * Ends calls that take too long. JavaScript searches regular expressions with backtracking: `(a+)+b` takes
 * time exponential in the length of a text. Node ends a call in a context of its own when time is up, which
 * costs a tenth of a millisecond a call. Engines of linear time, such as RE2, lack the look-ahead that
 * tokenizers and adapters use.
 */
export class TimeLimit {
  readonly #call: { task: () => void } = { task: () => {} };
  readonly #context = createContext(this.#call);

  /**
   * The result of a task without side effects; undefined if the task takes longer than the limit.
   *
   * @throws what the task throws
   */
  within<T>(limitMs: number, task: () => T): { readonly value: T } | undefined {
    let result: { readonly value: T } | undefined;
    this.#call.task = () => {
      result = { value: task() };
    };
    try {
      CALL.runInContext(this.#context, { timeout: Math.max(1, Math.ceil(limitMs)) });
    } catch (error) {
      if (isTimeout(error)) return undefined;
      throw error;
    }
    return result;
  }
}

/** The error belongs to the other context, so it is no instance of this context's Error. */
function isTimeout(error: unknown): boolean {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
