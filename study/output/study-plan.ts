import * as z from 'zod';
import { learningCurveSchema } from '#study/learning/learning-curve.ts';
import { studyPluginSchema } from '#study/plugins/study-plugins.ts';
import { modelSizeSchema } from '#study/settings/model-sizes.ts';

/**
 * Version of study.json, latency.csv and the folder; it rises when a field changes its meaning or is removed.
 */
export const STUDY_VERSION = 2;

/** Maximum number of repetitions per point; file names number them with three digits. */
export const MOST_REPEATS = 999;

/**
 * Number of first rounds that figures of the steady state exclude by default. A study of one round then has
 * no steady state.
 */
export const USUAL_WARM_UP_ROUNDS = 1;

/** The definition of a study: its points and the repetitions of each. Stored in its folder as `plan.json`. */
export const studyPlanSchema = z.strictObject({
  format: z.literal('airtune-study'),
  version: z.literal(STUDY_VERSION),
  /** The preset of the study; null for none. */
  preset: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  /** Sizes of the models that `model.directory` names, read when the study was planned. */
  models: z.record(z.string(), modelSizeSchema),
  /** The plug-ins of the points, as they were when the study was planned. */
  plugins: z.array(studyPluginSchema).optional(),
  sweeps: z.array(z.strictObject({ path: z.string().min(1), values: z.array(z.unknown()).min(1) })),
  sweepMode: z.enum(['grid', 'list']),
  repeats: z.int().positive().max(MOST_REPEATS),
  /** Number of first rounds of each run that the figures of the steady state exclude. */
  warmUpRounds: z.int().nonnegative().default(USUAL_WARM_UP_ROUNDS),
  /** Learning curves of real runs, for accuracy against time and cost; stored with the plan. */
  learning: z.array(learningCurveSchema),
});

export type StudyPlan = z.output<typeof studyPlanSchema>;
