import * as z from 'zod';
import { tokenId } from './token-id.ts';

/** How a tokenizer places special tokens around texts. */
export interface PostProcessor {
  /** Types of its parts, in their order. */
  readonly types: readonly string[];
  /** Special tokens and their ids, as the post-processor gives them. */
  readonly tokens: readonly (readonly [token: string, id: number])[];
}

/**
 * Limit of the pieces of a template, which has a few special tokens around one or two texts. Token types are
 * 0 and 1 in almost all models.
 */
const MOST_PIECES = 64;
const typeId = z.int().nonnegative().max(255);
const specialPiece = z.looseObject({ SpecialToken: z.looseObject({ id: z.string(), type_id: typeId }) });
const textPiece = <const Id extends string>(ids: readonly Id[]) =>
  z.looseObject({ Sequence: z.looseObject({ id: z.enum(ids), type_id: typeId }) });
const template = <const Id extends string>(ids: readonly Id[]) =>
  z
    .array(z.union([specialPiece, textPiece(ids)]))
    .min(1)
    .max(MOST_PIECES);

function isSpecial(piece: object): piece is z.output<typeof specialPiece> {
  return 'SpecialToken' in piece;
}

/** What a template puts in the place of a special token: one token in all known models. */
const templateToken = z.looseObject({ tokens: z.tuple([z.string()]), ids: z.tuple([tokenId]) });

const templateProcessing = z
  .looseObject({
    type: z.literal('TemplateProcessing'),
    single: template(['A']),
    pair: template(['A', 'B']),
    special_tokens: z.record(z.string(), templateToken).default({}),
  })
  .refine(
    ({ special_tokens }) =>
      Object.entries(special_tokens).every(
        ([
          name,
          {
            tokens: [token],
          },
        ]) => name === token,
      ),
    { path: ['special_tokens'], message: 'a special token that stands for another token is not supported' },
  )
  .refine(
    ({ single, pair, special_tokens }) =>
      [...single, ...pair].every(
        (piece) => !isSpecial(piece) || Object.hasOwn(special_tokens, piece.SpecialToken.id),
      ),
    { path: ['special_tokens'], message: 'a special token of the template is missing' },
  )
  .transform(
    ({ type, special_tokens }): PostProcessor => ({
      types: [type],
      tokens: Object.values(special_tokens).map(({ tokens: [token], ids: [id] }) => [token, id] as const),
    }),
  );

const tokenWithId = z.tuple([z.string(), tokenId]);
const bertProcessing = z.looseObject({
  type: z.literal('BertProcessing'),
  sep: tokenWithId,
  cls: tokenWithId,
});
/** The Rust tokenizers take it for `BertProcessing` when one of the flags is missing or no flag. */
const robertaProcessing = z.looseObject({
  type: z.literal('RobertaProcessing'),
  sep: tokenWithId,
  cls: tokenWithId,
  trim_offsets: z.boolean(),
  add_prefix_space: z.boolean(),
});
const pairProcessing = z
  .discriminatedUnion('type', [bertProcessing, robertaProcessing])
  .transform(({ type, sep, cls }): PostProcessor => ({ types: [type], tokens: [cls, sep] }));

const CHECKED = ['TemplateProcessing', 'BertProcessing', 'RobertaProcessing', 'Sequence'];

/** Any other type is refused when the tokenizer is made. */
const otherProcessing = z
  .looseObject({ type: z.string().refine((type) => !CHECKED.includes(type)) })
  .transform(({ type }): PostProcessor => ({ types: [type], tokens: [] }));

const oneProcessor = z.union([templateProcessing, pairProcessing, otherProcessing]);

/** The post-processor of a tokenizer.json: one, or a list of them. */
export const postProcessorSchema = z.union([
  oneProcessor,
  z.looseObject({ type: z.literal('Sequence'), processors: z.array(oneProcessor) }).transform(
    ({ processors }): PostProcessor => ({
      types: processors.flatMap(({ types }) => types),
      tokens: processors.flatMap(({ tokens }) => tokens),
    }),
  ),
]);
