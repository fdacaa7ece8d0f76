/** Records sequential steps and their durations. */
export class Steps {
  readonly #log: (line: string) => void;
  readonly #done: { readonly name: string; readonly seconds: number }[] = [];

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  async take<T>(name: string, task: () => Promise<T>): Promise<T> {
    this.#log(`${name} ...`);
    const began = performance.now();
    const result = await task();
    this.#done.push({ name, seconds: (performance.now() - began) / 1000 });
    return result;
  }

  /** Table with a line for each step and one for the total. */
  table(): string {
    const total = this.#done.reduce((sum, { seconds }) => sum + seconds, 0);
    const rows = [...this.#done, { name: 'all', seconds: total }];
    const width = Math.max(...rows.map(({ name }) => name.length));
    return rows
      .map(({ name, seconds }) => `  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`)
      .join('\n');
  }
}
