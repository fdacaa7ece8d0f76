import * as z from 'zod';

const figureSchema = z.strictObject({
  /** The measured task, e.g. "ViT-Tiny, a step of 8 images". */
  task: z.string(),
  value: z.number(),
  unit: z.string(),
  /** The other program, or the reference task, with its value in the same unit. */
  peer: z.strictObject({ name: z.string(), value: z.number() }).optional(),
  /** By the peer or of it, as the part's column of ratios says. */
  ratio: z.number().optional(),
  /** The value that the ratio, or without a ratio the value, has to reach. */
  target: z.strictObject({ bound: z.enum(['at least', 'at most']), value: z.number() }).optional(),
  /** What the machine could do at most, in words with figures. */
  limit: z.string().optional(),
});

const partResultSchema = z.strictObject({
  part: z.string(),
  measuredOn: z.iso.date(),
  machine: z.strictObject({
    processor: z.string(),
    cores: z.int(),
    memoryGigabytes: z.number(),
    node: z.string(),
    /** Mean number of runnable threads in the minute before and after the measurement. */
    loadBefore: z.number(),
    loadAfter: z.number(),
  }),
  figures: z.array(figureSchema),
  /** Further lines of text, as a bench printed them. */
  lines: z.array(z.string()),
});

/** One measured figure, with what it is compared with. */
export type Figure = z.output<typeof figureSchema>;

/** The stored measurement of one part of docs/performance.md. */
export type PartResult = z.output<typeof partResultSchema>;

/** What a part measures. */
export type Measured = Pick<PartResult, 'figures' | 'lines'>;

/** Parses a stored result. @throws ZodError for another form */
export function parsePartResult(text: string): PartResult {
  return partResultSchema.parse(JSON.parse(text));
}

/** Whether a figure reaches its target; undefined without a target. */
export function reaches({ value, ratio, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  const compared = ratio ?? value;
  return target.bound === 'at least' ? compared >= target.value : compared <= target.value;
}
