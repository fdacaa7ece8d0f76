import type { RandomStream } from '#shared/random/random-stream.ts';

/** Numbers at and beyond the limits that a reader may expect. */
const EDGE_NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '0.5',
  '1e-320',
  '1e308',
  '1e309',
  '-1e308',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '1e21',
  '1e15',
  '99999999',
  'NaN',
  'Infinity',
];
const ODD_TEXTS = [
  '""',
  '"\\u0000"',
  '"__proto__"',
  '"\\ud800"',
  '"x"',
  '"-"',
  '"\\u001b[2J"',
  '" "',
  '"../../x"',
  '"1e9"',
];
const OTHER_TYPES = ['null', 'true', '[]', '{}', '[[[[]]]]', '[null]', '{"kind":"none"}'];

/**
 * Makes one or two changes to a file, as a damaged disk, an editing error or an attacker would. A JSON file
 * usually stays JSON with one other value, because invalid JSON is refused before the code under test.
 */
export function mutate(bytes: Uint8Array, random: RandomStream): Uint8Array {
  let changed = bytes;
  for (let changes = random.integer(4) === 0 ? 2 : 1; changes > 0; changes--) {
    const kind = isText(changed) ? random.integer(8) : 0;
    const structural = kind >= 3 ? mutateJson(changed, random) : undefined;
    changed = structural ?? (kind > 0 ? mutateText(changed, random) : mutateBytes(changed, random));
  }
  return changed;
}

/**
 * Replaces or removes the value at one position of a JSON document; undefined for a file that is not JSON.
 */
function mutateJson(bytes: Uint8Array, random: RandomStream): Uint8Array | undefined {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const places = placesOf(document);
  const place = places[random.integer(places.length)];
  if (place === undefined) return undefined;
  const { parent, key } = place;
  // Inserts values as text, so that numbers beyond the range of a double can be written, too.
  const marker = '\u0000here\u0000';
  const other = places[random.integer(places.length)];
  const texts = [...EDGE_NUMBERS, ...ODD_TEXTS, ...OTHER_TYPES, JSON.stringify(other.parent[other.key])];
  const text = texts[random.integer(texts.length)];
  switch (random.integer(8)) {
    case 0:
      delete parent[key];
      break;
    case 1:
      parent[`${key}x`] = parent[key];
      break;
    default:
      parent[key] = marker;
  }
  return new TextEncoder().encode(JSON.stringify(document).replace(JSON.stringify(marker), () => text));
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

/** All positions in a document, including list items; only the first few of a long list. */
function placesOf(value: unknown): readonly Place[] {
  if (!isParent(value)) return [];
  return Object.keys(value)
    .slice(0, 64)
    .flatMap((key) => [{ parent: value, key }, ...placesOf(value[key])]);
}

function isParent(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(bytes: Uint8Array): boolean {
  return !bytes.subarray(0, 64).some((byte) => byte === 0);
}

function mutateBytes(bytes: Uint8Array, random: RandomStream): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.integer(256));
  const copy = new Uint8Array(bytes);
  const at = random.integer(bytes.length);
  switch (random.integer(6)) {
    case 0:
      copy[at] ^= 1 << random.integer(8);
      return copy;
    case 1:
      copy[at] = random.integer(256);
      return copy;
    case 2:
      return copy.subarray(0, at);
    case 3:
      return joined(copy.subarray(0, at), copy.subarray(Math.min(copy.length, at + 1 + random.integer(16))));
    case 4:
      return joined(copy.subarray(0, at), Uint8Array.of(0, 255, 13, 10), copy.subarray(at));
    default:
      // Binary formats store sizes at their beginning.
      copy[random.integer(Math.min(16, copy.length))] = random.integer(256);
      return copy;
  }
}

/** Replaces, removes or repeats one word: a number, a text or a name. */
function mutateText(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const tokens = [
    ...text.matchAll(
      /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:\n\t]|[^\s"[\]{},:]+/g,
    ),
  ];
  if (tokens.length === 0) return mutateBytes(bytes, random);
  const token = tokens[random.integer(tokens.length)];
  const pick = (from: readonly string[]): string => from[random.integer(from.length)];
  const other = tokens[random.integer(tokens.length)][0];
  const isNumber = /^-?\d/.test(token[0]);
  const replacement = [
    () => pick(EDGE_NUMBERS),
    () => (isNumber ? pick(EDGE_NUMBERS) : pick(ODD_TEXTS)),
    () => pick(OTHER_TYPES),
    () => '',
    () => `${token[0]}${token[0]}`,
    () => other,
  ][random.integer(6)]();
  const changed = text.slice(0, token.index) + replacement + text.slice(token.index + token[0].length);
  return new TextEncoder().encode(changed);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
