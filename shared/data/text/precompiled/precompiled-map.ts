/** Bytes of the longest grapheme that is looked up as a whole. */
const LONGEST_GRAPHEME_BYTES = 5;

/**
 * A SentencePiece normaliser from its precompiled map, as the Rust tokenizers read it: each grapheme of less than six bytes is
 * looked up, then each of its characters. A look-up finds the shortest entry that the text begins with.
 *
 * @param charsmap The map in base64: the length in bytes of a double-array trie (32 bits, little-endian), the trie, and the
 *   replacements, each ended by a zero byte.
 * @throws RangeError when the trie is longer than the map.
 */
export function precompiledNormalizer(charsmap: string): (text: string) => string {
  const bytes = Uint8Array.from(Buffer.from(charsmap, 'base64'));
  const view = new DataView(bytes.buffer);
  const trieBytes = view.getUint32(0, true);
  const trie = Uint32Array.from({ length: trieBytes / 4 }, (_, unit) => view.getUint32(4 + 4 * unit, true));
  const replacements = bytes.subarray(4 + trieBytes);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const replacementOf = (text: string): string | undefined => {
    const start = shortestPrefix(trie, encoder.encode(text));
    if (start === undefined) return undefined;
    return decoder.decode(replacements.subarray(start, replacements.indexOf(0, start)));
  };
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

  return (text) => {
    let normal = '';
    for (const { segment } of segmenter.segment(text)) {
      const isShort = encoder.encode(segment).length <= LONGEST_GRAPHEME_BYTES;
      const whole = isShort ? replacementOf(segment) : undefined;
      normal += whole ?? Array.from(segment, (character) => replacementOf(character) ?? character).join('');
    }
    return normal;
  };
}

/** Value of the shortest key of a double-array trie (Darts) that the bytes begin with; undefined when none does. */
function shortestPrefix(trie: Uint32Array, bytes: Uint8Array): number | undefined {
  let node = offsetOf(trie[0]);
  for (const byte of bytes) {
    if (byte === 0) return undefined;
    node ^= byte;
    const unit = trie[node] ?? 0;
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    node ^= offsetOf(unit);
    const hasLeaf = ((unit >>> 8) & 1) === 1;
    if (hasLeaf) return trie[node] & 0x7fffffff;
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
