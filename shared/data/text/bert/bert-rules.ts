import { characterClass } from '#shared/data/text/character-class.ts';
import { MARKS, PUNCTUATION, REMOVED } from './rust-classes.ts';

/** Settings of BERT's normaliser. */
export interface BertNormalizerSettings {
  /** Whether control characters are removed and each white space character becomes a blank. */
  readonly cleanText: boolean;
  /** Whether each ideograph becomes a separate word. */
  readonly splitIdeographs: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

const REMOVED_CHARACTERS = new RegExp(`[${characterClass(REMOVED)}]`, 'gu');
const ACCENTS = new RegExp(`[${characterClass(MARKS)}]`, 'gu');
const WHITE_SPACE = /\p{White_Space}/gu;
const IDEOGRAPHS = new RegExp(
  `[${characterClass('4e00-9fff 3400-4dbf 20000-2a6df 2a700-2b73f 2b740-2b81f 2b920-2ceaf f900-faff 2f800-2fa1f')}]`,
  'gu',
);
/**
 * Matches text without the characters that Unicode 13 and 16 added and that the Rust tokenizers do not
 * decompose.
 */
const DECOMPOSABLE = new RegExp(
  `[^${characterClass('105c9 105e4 11383 11385 1138e 11391 113c5 113c7-113c8 11938 16121-16128 16d68-16d6a')}]+`,
  'gu',
);
const PUNCTUATION_CLASS = characterClass(PUNCTUATION);
const WORDS = new RegExp(`[^\\p{White_Space}${PUNCTUATION_CLASS}]+|[${PUNCTUATION_CLASS}]`, 'gu');

/**
 * Makes BERT's normaliser, with the same result as the Rust tokenizers for every character. Lower-casing
 * treats each character alone: a capital sigma becomes the same small letter everywhere in a word.
 */
export function bertNormalizer(settings: BertNormalizerSettings): (text: string) => string {
  const { cleanText, splitIdeographs, stripAccents, lowercase } = settings;
  return (text) => {
    let normal = text;
    if (cleanText) normal = normal.replace(REMOVED_CHARACTERS, '').replace(WHITE_SPACE, ' ');
    if (splitIdeographs) normal = normal.replace(IDEOGRAPHS, ' $& ');
    if (stripAccents) {
      normal = normal.replace(DECOMPOSABLE, (letters) => letters.normalize('NFD')).replace(ACCENTS, '');
    }
    // JavaScript has a rule for sigma that depends on its neighbours; the Rust tokenizers do not.
    return lowercase ? normal.replaceAll('Σ', 'σ').toLowerCase() : normal;
  };
}

/** Splits a text into BERT's words at white space; each punctuation character is a separate word. */
export function bertWords(text: string): readonly string[] {
  return text.match(WORDS) ?? [];
}
