/** For a person who waits: what is being fetched goes to standard error. */
export function tellFetching(line: string): void {
  process.stderr.write(`${line}\n`);
}
