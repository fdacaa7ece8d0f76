import * as z from 'zod';
import type { BertNormalizerSettings } from './bert/bert-rules.ts';
import type { ByteLevelSettings } from './byte-level/byte-level-rules.ts';
import type { MetaspaceSettings } from './metaspace-rules.ts';

/** A step that the library runs, as tokenizer.json states it. */
interface LibraryStep {
  readonly kind: 'library';
  readonly json: object;
}

/** What changes a text before it is cut into words. */
export type NormalizerStep =
  | ({ readonly kind: 'bert' } & BertNormalizerSettings)
  | { readonly kind: 'precompiled'; readonly charsmap: string }
  | { readonly kind: 'sequence'; readonly steps: readonly NormalizerStep[] }
  | LibraryStep;

/** What cuts a text into words. */
export type WordStep =
  | { readonly kind: 'bert' }
  | { readonly kind: 'white-space' }
  | ({ readonly kind: 'byte-level' } & ByteLevelSettings)
  | ({ readonly kind: 'metaspace' } & MetaspaceSettings)
  | { readonly kind: 'sequence'; readonly steps: readonly WordStep[] }
  | LibraryStep;

const bertNormalizer = z
  .looseObject({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean(),
    handle_chinese_chars: z.boolean(),
    strip_accents: z.boolean().nullable(),
    lowercase: z.boolean(),
  })
  .transform(({ clean_text, handle_chinese_chars, strip_accents, lowercase }) => ({
    kind: 'bert' as const,
    cleanText: clean_text,
    splitIdeographs: handle_chinese_chars,
    stripAccents: strip_accents ?? lowercase,
    lowercase,
  }));

const precompiled = z
  .looseObject({ type: z.literal('Precompiled'), precompiled_charsmap: z.base64() })
  .transform(({ precompiled_charsmap }) => ({
    kind: 'precompiled' as const,
    charsmap: precompiled_charsmap,
  }));

/** Types of which this project has its own rules: one that is malformed is an error, and not the library's to read. */
function libraryStep(...own: readonly string[]) {
  return z
    .looseObject({ type: z.string().refine((type) => !own.includes(type), 'is malformed') })
    .transform((json) => ({ kind: 'library' as const, json }));
}

export const normalizerStep: z.ZodType<NormalizerStep> = z.lazy(() =>
  z.union([
    bertNormalizer,
    precompiled,
    z
      .looseObject({ type: z.literal('Sequence'), normalizers: z.array(normalizerStep) })
      .transform(({ normalizers }) => ({ kind: 'sequence' as const, steps: normalizers })),
    libraryStep('BertNormalizer', 'Precompiled', 'Sequence'),
  ]),
);

const byteLevel = z
  .looseObject({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean(),
    use_regex: z.boolean().default(true),
  })
  .transform(({ add_prefix_space, use_regex }) => ({
    kind: 'byte-level' as const,
    addPrefixSpace: add_prefix_space,
    useRegex: use_regex,
  }));

const metaspace = z
  .looseObject({
    type: z.literal('Metaspace'),
    replacement: z.string().default('▁'),
    prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
    add_prefix_space: z.boolean().default(true),
    split: z.boolean().default(true),
  })
  .transform(({ replacement, prepend_scheme, add_prefix_space, split }) => ({
    kind: 'metaspace' as const,
    replacement,
    prependScheme: prepend_scheme ?? (add_prefix_space ? ('always' as const) : ('never' as const)),
    split,
  }));

export const wordStep: z.ZodType<WordStep> = z.lazy(() =>
  z.union([
    z.looseObject({ type: z.literal('BertPreTokenizer') }).transform(() => ({ kind: 'bert' as const })),
    z.looseObject({ type: z.literal('WhitespaceSplit') }).transform(() => ({ kind: 'white-space' as const })),
    byteLevel,
    metaspace,
    z
      .looseObject({ type: z.literal('Sequence'), pretokenizers: z.array(wordStep) })
      .transform(({ pretokenizers }) => ({ kind: 'sequence' as const, steps: pretokenizers })),
    libraryStep('BertPreTokenizer', 'WhitespaceSplit', 'ByteLevel', 'Metaspace', 'Sequence'),
  ]),
);
