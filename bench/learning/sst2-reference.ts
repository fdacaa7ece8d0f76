import type { LearningReference } from './learning-table.ts';

/**
 * Accuracy of plain PyTorch with the same scheme on SST-2: MiniLM, LoRA rank 8 and alpha 16, no dropout, at
 * most 64 tokens, 10 devices, all scheduled, 16 examples each, even split. Accuracy in percent is the mean
 * over the devices' own heads on the whole dev set, with a sampling error of about 1.2 points for each seed.
 * The first figure of a row is from torch 2.15, transformers 4.57.6 and peft 0.21.2. The other figures of the
 * first row are from seeds 1 to 4 of bench/learning/sst2_pytorch.py with transformers 5.24.
 */
export const SST2_REFERENCE: readonly LearningReference[] = [
  {
    name: 'pooled features, LoRA on q, k, v and pooler, AdamW 2e-3, heads 0.2, even',
    settings: [
      'model.features=pooled',
      'lora.targets=[query, key, value, pooler.dense]',
      'server.optimizer={ kind: adamw, learningRate: 0.002 }',
      'head.learningRate=0.2',
    ],
    accuracyPercent: {
      20: [79.3, 77.7, 77.9, 79.7, 77.4],
      40: [81.7, 78.8, 81.8, 81.4, 82.5],
      60: [84.2, 84.3, 82.4, 84.6, 83.3],
    },
  },
  {
    name: 'first token, LoRA on q and v, AdamW 1e-3, heads 0.1, even',
    settings: [
      'model.features=first-token',
      'lora.targets=[query, value]',
      'server.optimizer={ kind: adamw, learningRate: 0.001 }',
      'head.learningRate=0.1',
    ],
    accuracyPercent: { 20: [71.3], 40: [78.0], 60: [81.0] },
  },
];
