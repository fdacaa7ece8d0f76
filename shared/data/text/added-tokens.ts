/** An added token of tokenizer.json: it is searched for in a text before the text is split into words. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Whether it is searched for in the normalised text; otherwise in the original text. */
  readonly normalized: boolean;
  /** Whether it matches only if no word character (letter, mark, digit, joiner) is next to it. */
  readonly singleWord: boolean;
  /** Whether it includes the white space before it. */
  readonly takesSpaceBefore: boolean;
  /** Whether it includes the white space after it. */
  readonly takesSpaceAfter: boolean;
}

/** A segment of a text: ordinary text, or an added token. */
export type TextSegment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'token'; readonly content: string };

const WORD_CHARACTER = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';
const ENDS_WITH_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u');
const STARTS_WITH_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');
const SPACE_AT_END = /\p{White_Space}*$/u;
const SPACE_AT_START = /^\p{White_Space}*/u;

/**
 * Makes a function that splits a text at added tokens, with the rules of the Rust tokenizers: from left to
 * right, and the longest token where several begin at the same position.
 *
 * @param tokens Added tokens, each with the pattern to search for.
 */
export function addedTokenSplitter(
  tokens: readonly { readonly pattern: string; readonly token: AddedToken }[],
): (text: string) => readonly TextSegment[] {
  const byPattern = new Map(tokens.map(({ pattern, token }) => [pattern, token]));
  const patterns = [...byPattern.keys()].filter((pattern) => pattern !== '');
  if (patterns.length === 0) return (text) => textSegments(text);
  patterns.sort((first, second) => second.length - first.length);
  const search = new RegExp(patterns.map(escaped).join('|'), 'gu');

  return (text) => {
    const segments: TextSegment[] = [];
    let done = 0;
    for (const match of text.matchAll(search)) {
      const token = byPattern.get(match[0]);
      if (token === undefined) continue;
      const before = text.slice(0, match.index);
      const after = text.slice(match.index + match[0].length);
      if (token.singleWord && (ENDS_WITH_WORD.test(before) || STARTS_WITH_WORD.test(after))) continue;
      const spaceBefore = token.takesSpaceBefore ? lengthOf(SPACE_AT_END, before) : 0;
      const spaceAfter = token.takesSpaceAfter ? lengthOf(SPACE_AT_START, after) : 0;
      const start = Math.max(match.index - spaceBefore, done);
      segments.push(...textSegments(text.slice(done, start)), { kind: 'token', content: token.content });
      done = text.length - after.length + spaceAfter;
    }
    segments.push(...textSegments(text.slice(done)));
    return segments;
  };
}

function textSegments(text: string): readonly TextSegment[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}
