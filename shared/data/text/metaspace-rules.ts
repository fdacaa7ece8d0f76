/** Settings of a Metaspace pre-tokeniser, which replaces blanks with a visible character. */
export interface MetaspaceSettings {
  /** Character that replaces a blank. */
  readonly replacement: string;
  /**
   * Which pieces get a leading replacement character if they have none: every piece, the first piece of a
   * text, or none.
   */
  readonly prependScheme: 'always' | 'first' | 'never';
  /** Whether a piece is split before every replacement character. */
  readonly split: boolean;
}

/** Splits a text at white space. */
export function whiteSpaceWords(text: string): readonly string[] {
  return text.match(/\P{White_Space}+/gu) ?? [];
}

/**
 * Splits a text as Metaspace does.
 *
 * @param isFirst Whether the text is at the start of the tokenised text.
 */
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
