/** Numbers names in the order in which they first occur. */
export class NameIndex {
  readonly #indices = new Map<string, number>();

  get size(): number {
    return this.#indices.size;
  }

  /** The names in their order. */
  get names(): readonly string[] {
    return [...this.#indices.keys()];
  }

  indexOf(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const index = this.#indices.size;
    this.#indices.set(name, index);
    return index;
  }
}

/** Names in a fixed order: numbers by value if all are numbers, else texts by their characters. */
export function sortedNames(names: readonly string[]): readonly string[] {
  const allNumbers = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  const byText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
  return names.toSorted(
    allNumbers ? (left, right) => Number(left) - Number(right) || byText(left, right) : byText,
  );
}
