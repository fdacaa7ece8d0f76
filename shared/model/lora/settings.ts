import * as z from 'zod';

/** LoRA on the projections of self-attention and on the pooler's dense layer. */
export const DEFAULT_TARGETS = ['query', 'key', 'value', 'pooler.dense'] as const;

const rank = z.int().positive().max(65_536);
const alpha = z.number().min(1e-9).max(1e9);
const layerName = z.string().min(1).max(1000);

/**
 * Low-rank adaptation of dense layers: W x becomes W x + s B A x. Only A and B are trained, and with DoRA the
 * length of each row of W + s B A.
 */
export const loraSettings = z.strictObject({
  rank: rank.default(8).describe('LoRA rank r, the inner dimension of a pair'),
  alpha: alpha.default(16).describe('LoRA scaling is alpha / r'),
  targets: z
    .array(layerName)
    .min(1)
    .readonly()
    .default([...DEFAULT_TARGETS])
    .describe(
      'dense layers to adapt, in every layer of the encoder: query, key, value, the last part of a name, a whole name, a regular expression for one of these, or all-linear for all but the pooler',
    ),
  rankPattern: z
    .record(layerName, rank)
    .optional()
    .describe(
      'ranks of some layers in place of r, by name or regular expression; the first that matches counts',
    ),
  alphaPattern: z.record(layerName, alpha).optional().describe('the same for alpha'),
  rankStabilized: z.boolean().optional().describe('rsLoRA: scaling is alpha / sqrt(r)'),
  dora: z
    .boolean()
    .optional()
    .describe('DoRA: the length of each row of an adapted weight is trained apart from its direction'),
});

/** LoRA settings for library functions: parsed settings, or the settings of an adapter. */
export type LoraSettings = z.output<typeof loraSettings>;
