import type { PlanningPlan } from '#experiment/planning/planning-experiment.ts';
import { BUDGETED_CONTENDERS } from './paper-contenders.ts';

/**
 * The paper's scheme with both initial values of the virtual queue. Figure 6 shows their time to plan, and
 * that of the exact policy.
 */
const PLANNED = BUDGETED_CONTENDERS.filter(({ name }) => name.startsWith('set-expansion'));

const SETTINGS = { training: { devices: 20, rounds: 60 } };

/** A preset that times planning. */
export interface PlanningPreset {
  readonly description: string;
  readonly full: PlanningPlan;
  readonly quick: PlanningPlan;
}

const FULL: PlanningPlan = {
  title: 'Figure 6: time to plan a round against the delay budget',
  notes: [
    'Times are those of this machine and this implementation; the trend is what the paper states. Payload as for MiniLM with 64 tokens and mini-batches of 16; budgets and channel are assumptions.',
  ],
  settings: SETTINGS,
  contenders: [...PLANNED, { name: 'exact', settings: { scheduling: { policy: 'exact' } } }],
  secondsPerBit: [1e-8, 2.5e-8, 5e-8, 1e-7],
  seeds: Array.from({ length: 20 }, (_, index) => index + 1),
};

/** Presets that time planning, by name. */
export const PLANNING_PRESETS: Readonly<Record<string, PlanningPreset>> = {
  'figure-6': {
    description:
      'How long planning a round takes under four delay budgets, as box plots. It does no runs and takes seconds.',
    full: FULL,
    quick: { ...FULL, seeds: [1, 2, 3, 4, 5] },
  },
};
