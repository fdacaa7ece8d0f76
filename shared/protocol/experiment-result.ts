import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import { namesOf } from '#shared/names-of.ts';

/**
 * Version of an experiment's folder: plan.json, experiment.json, rounds.csv and times.csv. It rises when a
 * field or column is removed or changes its meaning.
 */
export const EXPERIMENT_VERSION = 1;

const quantity = z.number();
const settings = z
  .record(z.string(), z.unknown())
  .refine(hasFiniteNumbers, 'has a number that is too large, such as 1e999');
const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/);

/** One combination of settings of an experiment. */
const pointSchema = z.strictObject({
  /** Unique name; the names of the folders of its runs begin with it. */
  name,
  /** The plan's variant that it belongs to; null in a plan without variants. */
  variant: z.string().nullable(),
  /** The plan's contender that it belongs to; null in a plan without contenders. */
  contender: z.string().nullable(),
  /** The swept settings and their values in this point. */
  varied: settings,
  /** The complete settings of its runs. They contain a seed, which each run replaces by its own. */
  settings,
});

/** The host of an experiment's runs, as options of `airtune run`. */
const hostSchema = z.strictObject({
  target: z.enum(['embedded', 'aws']),
  endpoint: z.string().optional(),
  deployment: z.string().optional(),
  region: z.string().optional(),
});

/** The definition of an experiment, stored in its folder as plan.json. */
export const experimentPlanSchema = z.strictObject({
  format: z.literal('airtune-experiment-plan'),
  version: z.literal(EXPERIMENT_VERSION),
  /** Version of airtune that made the plan. */
  airtune: z.string(),
  title: z.string(),
  /** Preset of experiments that it is based on; null for none. */
  preset: z.string().nullable(),
  /** Sentences printed with the results: which data or numbers are assumed or replace those of the paper. */
  notes: z.array(z.string()),
  host: hostSchema,
  seeds: z.array(z.int().nonnegative()).min(1),
  points: z.array(pointSchema).min(1),
});

export type ExperimentPlan = z.output<typeof experimentPlanSchema>;
export type ExperimentPoint = ExperimentPlan['points'][number];
export type ExperimentHost = ExperimentPlan['host'];

/**
 * Mean of a figure over seeds, with the ends of the mean's 95 % interval; the ends are null for a single
 * seed.
 */
export const estimateSchema = z.strictObject({
  mean: quantity,
  low: quantity.nullable(),
  high: quantity.nullable(),
  /** The value of each seed, in the order of the seeds that have one. */
  values: z.array(quantity),
});

export type Estimate = Readonly<z.output<typeof estimateSchema>>;

/** Figures of a whole run, each with its description. A figure that a run does not have is absent. */
export const RUN_FIGURES = {
  testAccuracy: "accuracy of the devices' own heads at the last test",
  testLoss: 'test loss at the last test',
  averagedHeadAccuracy: 'accuracy of one averaged head at the last test',
  trainLoss: 'training loss of the last round with answers',
  devicesPerRound: 'scheduled devices per round',
  delayInBudgets: 'mean planned radio delay, in delay budgets',
  radioSeconds: 'planned radio delay of all rounds',
  virtualSeconds: 'virtual time of all rounds',
  radioBits: 'payload bits over the radio, all rounds and devices',
  joules: 'energy of the scheduled devices, all rounds',
  usd: 'estimated cost at list prices, all rounds',
} as const;

export type RunFigure = keyof typeof RUN_FIGURES;

export const RUN_FIGURE_NAMES = namesOf(RUN_FIGURES);

const figuresSchema = z.partialRecord(z.enum(RUN_FIGURE_NAMES), quantity);
export const estimatesSchema = z.partialRecord(z.enum(RUN_FIGURE_NAMES), estimateSchema);

export type RunFigures = Readonly<Partial<Record<RunFigure, number>>>;
export type FigureEstimates = Readonly<Partial<Record<RunFigure, Estimate>>>;

const runSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('finished'),
    seed: z.int().nonnegative(),
    /** Output folder of the run, relative to the experiment's folder. */
    folder: z.string(),
    modelSha256: z.string(),
    dataSha256: z.string(),
    figures: figuresSchema,
  }),
  z.strictObject({
    status: z.literal('failed'),
    seed: z.int().nonnegative(),
    folder: z.string(),
    exitCode: z.int().nullable(),
    message: z.string(),
  }),
]);

/** experiment.json: the results of all points. */
export const experimentResultSchema = z.strictObject({
  format: z.literal('airtune-experiment'),
  version: z.literal(EXPERIMENT_VERSION),
  plan: experimentPlanSchema,
  points: z.array(
    z.strictObject({
      name,
      /** Plain name for people, such as `sst2, greedy`. */
      label: z.string(),
      runs: z.array(runSchema),
      /** Mean of each figure over the finished runs. */
      figures: estimatesSchema,
      /**
       * Differences of the figures from those of the first point of the same variant, paired by seed; empty
       * for that point itself.
       */
      differences: estimatesSchema,
    }),
  ),
});

export type ExperimentResult = Readonly<z.output<typeof experimentResultSchema>>;
export type ExperimentRun = ExperimentResult['points'][number]['runs'][number];

/** Validates a plan.json. @throws ConfigError naming the version, or the field that is wrong */
export function parseExperimentPlan(value: unknown, path: string): ExperimentPlan {
  requireVersion(value, path);
  return parseStrict(experimentPlanSchema, value, path);
}

/** Validates an experiment.json. @throws ConfigError naming the version, or the field that is wrong */
export function parseExperimentResult(value: unknown, path: string): ExperimentResult {
  requireVersion(value, path);
  return parseStrict(experimentResultSchema, value, path);
}

function requireVersion(value: unknown, path: string): void {
  const versioned = z.object({ version: z.union([z.number(), z.string()]) }).safeParse(value);
  if (!versioned.success || versioned.data.version === EXPERIMENT_VERSION) return;
  throw new ConfigError(`is of version ${versioned.data.version}; this is version ${EXPERIMENT_VERSION}.`, {
    subject: path,
    remedy: 'Read it with the airtune that wrote it.',
  });
}

/**
 * Whether all numbers in a value are finite. JSON.parse reads 1e999 as infinity, which JSON cannot represent.
 */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasFiniteNumbers);
}
