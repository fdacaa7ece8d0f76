import type { RawSettings } from '#shared/config/merge-settings.ts';
import type { ExperimentPreset, PresetForm } from './experiment-preset.ts';
import { BUDGETED_CONTENDERS, PAPER_CONTENDERS } from './paper-contenders.ts';

const MINILM_NOTE = 'MiniLM (6 layers, width 384) stands in for the BERT-base of the paper.';
const VIT_NOTE = 'ViT-Tiny stands in for the ViT-Base of the paper.';
const IMAGE_SIZE_NOTE =
  'Images have 112 x 112 pixels (50 tokens), a quarter of the arithmetic of 224 x 224; position embeddings are interpolated.';
/** @param secondsPerBit Delay budgets of the figure. */
const lostNote = (secondsPerBit: readonly number[]): string =>
  `The text of the paper lacks its numbers. Assumed: 20 devices, a disc of 250 m, 20 MHz, ${secondsPerBit.join(', ')} s of delay budget for each bit of payload, mini-batches of 16, AdamW on the server; every number is a setting.`;
const SYNTHETIC_NOTE =
  "Quick form: the quick start's small model and synthetic sentences stand in for model and data of the paper. It shows that the tools work and which way the figures point, not the paper's values.";

/** The delay budget of figures 3 and 4 [s/bit]. */
const BUDGET = 2.5e-8;

/** The settings of all figures on language, as the reference of bench/learning/sst2.ts has them. */
const LANGUAGE: RawSettings = {
  model: { features: 'pooled' },
  lora: { rank: 8, alpha: 16, targets: ['query', 'key', 'value', 'pooler.dense'] },
  server: { optimizer: { kind: 'adamw', learningRate: 0.002 } },
  head: { learningRate: 0.2 },
  training: { devices: 20, rounds: 60, batchSize: 16, evaluateEvery: 20 },
  scheduling: { delayBudget: { secondsPerBit: BUDGET } },
};

const IMAGES: RawSettings = {
  model: { imageSize: 112 },
  data: { testExamples: 1000 },
  training: { devices: 20, rounds: 60, batchSize: 16, evaluateEvery: 20 },
  scheduling: { delayBudget: { secondsPerBit: BUDGET } },
};

/**
 * What the quick forms add to the preset `quickstart`. About half of the devices fit into the delay budget.
 */
const QUICK: RawSettings = {
  training: { devices: 20, rounds: 30, evaluateEvery: 5 },
  scheduling: { delayBudget: { secondsPerBit: BUDGET } },
};

const BUDGETS = { path: 'scheduling.delayBudget.secondsPerBit', values: [1e-8, BUDGET, 5e-8, 1e-7] };

function quickForm(form: Partial<PresetForm>): PresetForm {
  return {
    presets: ['quickstart'],
    settings: QUICK,
    variants: [],
    contenders: PAPER_CONTENDERS,
    sweeps: [],
    seeds: [1, 2, 3],
    needsModelAndData: false,
    notes: [SYNTHETIC_NOTE],
    ...form,
  };
}

/** The figures of the paper that come from runs. */
export const FIGURE_PRESETS = {
  'figure-3': {
    title: 'Figure 3: language models, training loss and test accuracy by round',
    description:
      "SST-2, MRPC and QNLI under the paper's four schemes, `convergence`, and the paper's control (q0 = 0). --data names the folder that holds sst2/, mrpc/ and qnli/.",
    full: {
      presets: [],
      settings: LANGUAGE,
      variants: [
        { name: 'sst2', settings: { data: { task: 'sst2', maxTokens: 64 } }, dataFolder: 'sst2' },
        { name: 'mrpc', settings: { data: { task: 'mrpc', maxTokens: 128 } }, dataFolder: 'mrpc' },
        {
          name: 'qnli',
          settings: { data: { task: 'qnli', maxTokens: 128, testExamples: 2000 } },
          dataFolder: 'qnli',
          notes: ['QNLI is tested on 2,000 rows, to save time.'],
        },
      ],
      contenders: PAPER_CONTENDERS,
      sweeps: [],
      seeds: [1, 2, 3, 4, 5],
      needsModelAndData: true,
      notes: [MINILM_NOTE, lostNote([BUDGET])],
    },
    quick: quickForm({}),
  },
  'figure-4': {
    title: 'Figure 4: a vision model on CIFAR-10, training loss and test accuracy by round',
    description:
      "CIFAR-10 under the same schemes as figure 3. --data names the folder with CIFAR-10's binary files.",
    full: {
      presets: ['images'],
      settings: IMAGES,
      variants: [{ name: 'cifar10', settings: { data: { task: 'cifar10' } } }],
      contenders: PAPER_CONTENDERS,
      sweeps: [],
      seeds: [1, 2, 3],
      needsModelAndData: true,
      notes: [VIT_NOTE, IMAGE_SIZE_NOTE, lostNote([BUDGET])],
    },
    quick: quickForm({
      settings: { ...QUICK, training: { devices: 20, rounds: 30, evaluateEvery: 5, batchSize: 32 } },
      notes: [
        SYNTHETIC_NOTE,
        'Sentences stand in for the images of CIFAR-10, in mini-batches twice as large as those of figure 3.',
      ],
    }),
  },
  'figure-5': {
    title: 'Figure 5: training loss and test accuracy against the delay budget',
    description:
      'CIFAR-10 under four delay budgets, for every scheme that keeps one. Results are those after the last round.',
    full: {
      presets: ['images'],
      settings: IMAGES,
      variants: [{ name: 'cifar10', settings: { data: { task: 'cifar10' } } }],
      contenders: BUDGETED_CONTENDERS,
      sweeps: [BUDGETS],
      seeds: [1, 2, 3],
      needsModelAndData: true,
      notes: [VIT_NOTE, IMAGE_SIZE_NOTE, lostNote(BUDGETS.values)],
    },
    quick: quickForm({
      settings: { ...QUICK, training: { devices: 20, rounds: 20, evaluateEvery: 20 } },
      contenders: BUDGETED_CONTENDERS,
      sweeps: [BUDGETS],
    }),
  },
} as const satisfies Readonly<Record<string, ExperimentPreset>>;
