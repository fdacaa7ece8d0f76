/** How a Metaspace pre-tokeniser treats blanks. */
export interface MetaspaceSettings {
  /** What stands for a blank. */
  readonly replacement: string;
  /** Whether a piece that does not begin with it gets one: every piece, the first of a text, or none. */
  readonly prependScheme: 'always' | 'first' | 'never';
  /** Whether a piece is cut before every replacement. */
  readonly split: boolean;
}

/** Pieces of a text between white space. */
export function whiteSpaceWords(text: string): readonly string[] {
  return text.match(/\P{White_Space}+/gu) ?? [];
}

/** Metaspace's pieces of a text; `isFirst` tells whether the text is the beginning of what is tokenised. */
export function metaspaceWords(
  text: string,
  isFirst: boolean,
  { replacement, prependScheme, split }: MetaspaceSettings,
): readonly string[] {
  const replaced = text.replaceAll(' ', replacement);
  const prepends = prependScheme === 'always' || (prependScheme === 'first' && isFirst);
  const whole = prepends && !replaced.startsWith(replacement) ? `${replacement}${replaced}` : replaced;
  if (!split) return [whole];
  const pieces = whole.split(replacement);
  const words = pieces.slice(1).map((piece) => `${replacement}${piece}`);
  return pieces[0] === '' ? words : [pieces[0], ...words];
}
