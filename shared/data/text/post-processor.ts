import * as z from 'zod';
import { tokenId } from './token-id.ts';

/** One place of an encoded row: a special token, or the tokens of a text; and their token type. */
export type FramePart =
  | { readonly kind: 'special'; readonly type: number; readonly id: number }
  | { readonly kind: 'first' | 'second'; readonly type: number };

/** Special tokens around a text, and around a pair of texts. */
export interface Frames {
  readonly single: readonly FramePart[];
  readonly pair: readonly FramePart[];
}

/** How a tokenizer places special tokens around texts. */
export interface PostProcessor {
  /** Types of its parts, in their order. */
  readonly types: readonly string[];
  /** Special tokens and their ids, as the post-processor gives them. */
  readonly tokens: readonly (readonly [token: string, id: number])[];
  /** Undefined if no part places special tokens. */
  readonly frames: Frames | undefined;
}

const FIRST: FramePart = { kind: 'first', type: 0 };

/** Without a post-processor that places special tokens, the second text has the type 1. */
export const PLAIN_FRAMES: Frames = { single: [FIRST], pair: [FIRST, { kind: 'second', type: 1 }] };

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
    .max(MOST_PIECES)
    .refine(
      (pieces) =>
        ids.every(
          (id) => pieces.filter((piece) => !isSpecial(piece) && piece.Sequence.id === id).length === 1,
        ),
      'each text is expected once',
    );

type TemplatePiece = z.output<typeof specialPiece> | z.output<ReturnType<typeof textPiece<'A' | 'B'>>>;

function isSpecial(piece: object): piece is z.output<typeof specialPiece> {
  return 'SpecialToken' in piece;
}

/** The ids that a template inserts for a special token: one token in all known models. */
const templateToken = z.looseObject({ tokens: z.tuple([z.string()]), ids: z.tuple([tokenId]) });

const templateProcessing = z
  .looseObject({
    type: z.literal('TemplateProcessing'),
    single: template(['A']),
    pair: template(['A', 'B']),
    special_tokens: z.record(z.string(), templateToken).default({}),
  })
  .refine(
    ({ special_tokens }) => Object.entries(special_tokens).every(([name, { tokens }]) => name === tokens[0]),
    { path: ['special_tokens'], message: 'a special token that stands for another token is not supported' },
  )
  .refine(
    ({ single, pair, special_tokens }) =>
      [...single, ...pair].every(
        (piece) => !isSpecial(piece) || Object.hasOwn(special_tokens, piece.SpecialToken.id),
      ),
    { path: ['special_tokens'], message: 'a special token of the template is missing' },
  )
  .transform(({ type, single, pair, special_tokens }): PostProcessor => {
    const partOf = (piece: TemplatePiece): FramePart =>
      isSpecial(piece)
        ? {
            kind: 'special',
            type: piece.SpecialToken.type_id,
            id: special_tokens[piece.SpecialToken.id].ids[0],
          }
        : { kind: piece.Sequence.id === 'A' ? 'first' : 'second', type: piece.Sequence.type_id };
    return {
      types: [type],
      tokens: Object.values(special_tokens).map(({ tokens: [token], ids: [id] }) => [token, id] as const),
      frames: { single: single.map(partOf), pair: pair.map(partOf) },
    };
  });

const tokenWithId = z.tuple([z.string(), tokenId]);
const bertProcessing = z.looseObject({
  type: z.literal('BertProcessing'),
  sep: tokenWithId,
  cls: tokenWithId,
});
/**
 * Both flags are required: if one is missing or not a boolean, the Rust tokenizers read it as
 * `BertProcessing`.
 */
const robertaProcessing = z.looseObject({
  type: z.literal('RobertaProcessing'),
  sep: tokenWithId,
  cls: tokenWithId,
  trim_offsets: z.boolean(),
  add_prefix_space: z.boolean(),
});
const pairProcessing = z
  .discriminatedUnion('type', [bertProcessing, robertaProcessing])
  .transform(({ type, sep, cls }): PostProcessor => {
    const isBert = type === 'BertProcessing';
    const special = ([, id]: readonly [string, number], typeId: number): FramePart => ({
      kind: 'special',
      type: typeId,
      id,
    });
    const single = [special(cls, 0), FIRST, special(sep, 0)];
    // RoBERTa has two separators between the texts, and one token type.
    const second = isBert ? 1 : 0;
    const between = isBert ? [] : [special(sep, 0)];
    const pair: readonly FramePart[] = [
      ...single,
      ...between,
      { kind: 'second', type: second },
      special(sep, second),
    ];
    return { types: [type], tokens: [cls, sep], frames: { single, pair } };
  });

const CHECKED = ['TemplateProcessing', 'BertProcessing', 'RobertaProcessing', 'Sequence'];

/** Any other type is refused when the tokenizer is made. */
const otherProcessing = z
  .looseObject({ type: z.string().refine((type) => !CHECKED.includes(type)) })
  .transform(({ type }): PostProcessor => ({ types: [type], tokens: [], frames: undefined }));

const oneProcessor = z.union([templateProcessing, pairProcessing, otherProcessing]);

/** The post-processor of a tokenizer.json: one, or a list of them. */
export const postProcessorSchema = z.union([
  oneProcessor,
  z
    .looseObject({ type: z.literal('Sequence'), processors: z.array(oneProcessor) })
    .refine(({ processors }) => processors.filter(({ frames }) => frames !== undefined).length <= 1, {
      path: ['processors'],
      message: 'more than one of them places special tokens',
    })
    .transform(
      ({ processors }): PostProcessor => ({
        types: processors.flatMap(({ types }) => types),
        tokens: processors.flatMap(({ tokens }) => tokens),
        frames: processors.find(({ frames }) => frames !== undefined)?.frames,
      }),
    ),
]);
