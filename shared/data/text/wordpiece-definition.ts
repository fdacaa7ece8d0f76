import { ModelError } from '#shared/errors.ts';

/** Settings of a BERT tokenizer_config.json that affect the tokens. The defaults are BERT's. */
export interface WordPieceSettings {
  readonly lowercase: boolean;
  /** Undefined means that accents are removed exactly when letters are lower-cased, as in BERT. */
  readonly stripAccents: boolean | undefined;
  readonly splitChineseCharacters: boolean;
  readonly specialTokens: SpecialTokens;
}

export interface SpecialTokens {
  readonly unknown: string;
  readonly separator: string;
  readonly padding: string;
  readonly classify: string;
  readonly mask: string;
}

/**
 * Maximum characters of a word, as in BERT tokenizers and those made by `WordPieceTrainer`. A longer word
 * becomes the unknown token.
 */
const MAX_WORD_CHARACTERS = 100;

/**
 * Makes the tokenizer.json object that is equivalent to a vocab.txt: BERT's normaliser, pre-tokeniser,
 * WordPiece model and the template `[CLS] A [SEP]` / `[CLS] A [SEP] B [SEP]` with token type 1 on B.
 *
 * @param subject Name of the vocabulary in errors.
 * @throws ModelError when a token repeats or a special token is missing.
 */
export function wordPieceDefinition(
  vocabulary: readonly string[],
  settings: WordPieceSettings,
  subject: string,
) {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  if (ids.size !== vocabulary.length) {
    const repeated = vocabulary.findIndex((token, id) => ids.get(token) !== id);
    throw new ModelError(`the token ${JSON.stringify(vocabulary[repeated])} is listed twice.`, {
      subject: `${subject}:${repeated + 1}`,
      remedy: 'Fetch the vocabulary again.',
    });
  }
  const special = (content: string): number => {
    const id = ids.get(content);
    if (id !== undefined) return id;
    const remedy = 'Add it, or name the right one in tokenizer_config.json.';
    throw new ModelError(`the special token ${content} is missing.`, { subject, remedy });
  };
  const { unknown, separator, padding, classify, mask } = settings.specialTokens;
  const token = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } });
  const sequence = (id: string, typeId: number) => ({ Sequence: { id, type_id: typeId } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [padding, unknown, classify, separator, mask].map((content) => ({
      id: special(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    ...bertSteps(settings),
    post_processor: {
      type: 'TemplateProcessing',
      single: [token(classify, 0), sequence('A', 0), token(separator, 0)],
      pair: [
        token(classify, 0),
        sequence('A', 0),
        token(separator, 0),
        sequence('B', 1),
        token(separator, 1),
      ],
      special_tokens: Object.fromEntries(
        [classify, separator].map((id) => [id, { id, ids: [special(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece' as const,
      unk_token: unknown,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: MAX_WORD_CHARACTERS,
      vocab: Object.fromEntries(ids),
    },
  };
}

/** The steps of a tokenizer.json that are specific to BERT: its normaliser and its pre-tokeniser. */
export function bertSteps(settings: WordPieceSettings) {
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings.splitChineseCharacters,
      strip_accents: settings.stripAccents ?? null,
      lowercase: settings.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
  };
}
