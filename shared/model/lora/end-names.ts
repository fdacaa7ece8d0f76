/**
 * Layers of task heads, which a model may have beside the encoder's layers. A short name must not match them.
 */
const FOREIGN_NAMES = ['classifier.dense', 'head.dense', 'score', 'classifier'];

/**
 * Short names for layers: ends of names, after a dot, that match the wanted layers and none of the others.
 *
 * @param wanted Whole names.
 * @param all Whole names of all layers.
 * @returns In the order of the wanted layers; each of them ends in one of the names.
 */
export function endNames(wanted: readonly string[], all: readonly string[]): readonly string[] {
  const isWanted = new Set(wanted);
  const others = [...all.filter((name) => !isWanted.has(name)), ...FOREIGN_NAMES];
  const ends: string[] = [];
  for (const name of wanted) {
    if (ends.some((end) => endsIn(name, end))) continue;
    ends.push(endsOf(name).find((end) => !others.some((other) => endsIn(other, end))) ?? name);
  }
  return ends;
}

/** Ends of a dotted name after a dot, shortest first, and the name itself. */
function endsOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(parts.length - 1 - index).join('.'));
}

function endsIn(name: string, end: string): boolean {
  return name === end || name.endsWith(`.${end}`);
}
