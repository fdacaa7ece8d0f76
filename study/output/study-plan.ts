import * as z from 'zod';
import { learningCurveSchema } from '#study/learning/learning-curve.ts';
import { modelSizeSchema } from '#study/settings/model-sizes.ts';

/** Version of study.json, latency.csv and the folder; it rises when a field changes its meaning or goes. */
export const STUDY_VERSION = 2;

/** Runs of a point that a study may have; its files number them with three digits. */
export const MOST_REPEATS = 999;

/**
 * What a study is asked to do: its points, and how often each is repeated. Kept in its folder as `plan.json`.
 */
export const studyPlanSchema = z.strictObject({
  format: z.literal('airtune-study'),
  version: z.literal(STUDY_VERSION),
  /** The preset it began with, if any. */
  preset: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  /** Sizes of the models that `model.directory` names, as they were when the study was planned. */
  models: z.record(z.string(), modelSizeSchema),
  sweeps: z.array(z.strictObject({ path: z.string().min(1), values: z.array(z.unknown()).min(1) })),
  sweepMode: z.enum(['grid', 'list']),
  repeats: z.int().positive().max(MOST_REPEATS),
  /** Rounds at the start of each run that figures of the steady state leave out. */
  warmUpRounds: z.int().nonnegative().default(1),
  /** Learning curves of real runs, for accuracy against time and cost; they travel with the plan. */
  learning: z.array(learningCurveSchema),
});

export type StudyPlan = z.output<typeof studyPlanSchema>;
