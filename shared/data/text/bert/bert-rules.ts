import { characterClass } from '#shared/data/text/character-class.ts';
import { MARKS, PUNCTUATION, REMOVED } from './rust-classes.ts';

/** Settings of BERT's normaliser. */
export interface BertNormalizerSettings {
  /** Whether control characters are removed and every white space becomes a blank. */
  readonly cleanText: boolean;
  /** Whether each ideograph becomes a word of its own. */
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
/** Stretches without the characters whose decomposition, of Unicode 16, the Rust tokenizers do not know yet. */
const DECOMPOSABLE = new RegExp(
  `[^${characterClass('105c9 105e4 11383 11385 1138e 11391 113c5 113c7-113c8 11938 16121-16128 16d68-16d6a')}]+`,
  'gu',
);
const PUNCTUATION_CLASS = characterClass(PUNCTUATION);
const WORDS = new RegExp(`[^\\p{White_Space}${PUNCTUATION_CLASS}]+|[${PUNCTUATION_CLASS}]`, 'gu');

/**
 * BERT's normaliser as the Rust tokenizers have it, character for character. Lower-casing looks at one character at a
 * time: a capital sigma becomes the same small letter everywhere in a word.
 */
export function bertNormalizer(settings: BertNormalizerSettings): (text: string) => string {
  const { cleanText, splitIdeographs, stripAccents, lowercase } = settings;
  return (text) => {
    let normal = text;
    if (cleanText) normal = normal.replace(REMOVED_CHARACTERS, '').replace(WHITE_SPACE, ' ');
    if (splitIdeographs) normal = normal.replace(IDEOGRAPHS, ' $& ');
    if (stripAccents) {
      normal = normal.replace(DECOMPOSABLE, (stretch) => stretch.normalize('NFD')).replace(ACCENTS, '');
    }
    // JavaScript alone has a rule for sigma that depends on the letters around it.
    return lowercase ? normal.replaceAll('Σ', 'σ').toLowerCase() : normal;
  };
}

/** BERT's words: what white space parts, and each punctuation character by itself. */
export function bertWords(text: string): readonly string[] {
  return text.match(WORDS) ?? [];
}
