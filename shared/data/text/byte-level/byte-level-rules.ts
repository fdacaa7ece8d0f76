import { characterClass } from '#shared/data/text/character-class.ts';

/** Letters and numbers that Unicode 17 added. The Rust tokenizers treat them as neither. */
const NEWER = characterClass(
  '88f c5c cdc a7ce-a7cf a7d2 a7d4 a7f1 10940-10959 10ec5-10ec7 11db0-11ddb 11de0-11de9 16ea0-16eb8 16ebb-16ed3 ' +
    '16ff2-16ff6 187f8-187ff 18d09-18d1e 18d80-18df2 1e6c0-1e6de 1e6e0-1e6e2 1e6e4-1e6e5 1e6e7-1e6ed 1e6f0-1e6f4 ' +
    '1e6fe-1e6ff 2b73a-2b73f 2cea2-2cead 323b0-33479',
);
const LETTER = `[\\p{L}--[${NEWER}]]`;
const NUMBER = `[\\p{N}--[${NEWER}]]`;
const OTHER = `[[^\\p{L}\\p{N}\\p{White_Space}][${NEWER}]]`;

/**
 * GPT-2's words: contractions; runs of letters, of numbers and of other characters, each with the blank
 * before it; white space.
 */
const WORDS = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?${LETTER}+| ?${NUMBER}+| ?${OTHER}+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+`,
  'gv',
);

/**
 * The character that represents each byte: itself if it is visible, else a character from code point 256 on.
 */
const BYTE_CHARACTERS: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const isSeen = (code: number) => (code >= 33 && code <= 126) || (code >= 161 && code !== 173);
  if (isSeen(byte)) return String.fromCharCode(byte);
  const unseenBefore = Array.from({ length: byte }, (_unused, code) => code).filter((code) => !isSeen(code));
  return String.fromCharCode(256 + unseenBefore.length);
});

/** Settings of a byte-level pre-tokeniser. */
export interface ByteLevelSettings {
  /** Whether a blank is added to a text that does not begin with one. */
  readonly addPrefixSpace: boolean;
  /** Whether texts are split into words. */
  readonly useRegex: boolean;
}

/**
 * Makes a function that splits a text into words as the Rust tokenizers do, with one character for each byte
 * of the UTF-8 text.
 */
export function byteLevelWords(settings: ByteLevelSettings): (text: string) => readonly string[] {
  return (text) => {
    const whole = settings.addPrefixSpace && !text.startsWith(' ') ? ` ${text}` : text;
    const words = settings.useRegex ? (whole.match(WORDS) ?? []) : [whole];
    return words.map(byteCharacters);
  };
}

const encoder = new TextEncoder();

/** The characters that represent the bytes of a word's UTF-8 text. */
function byteCharacters(word: string): string {
  let characters = '';
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    // ASCII characters are their own bytes, and most words have no others: no array is made for them.
    if (code >= 0x80) {
      for (const byte of encoder.encode(word.slice(at))) characters += BYTE_CHARACTERS[byte];
      break;
    }
    characters += BYTE_CHARACTERS[code];
  }
  return characters;
}
