import type { LearningReference } from './learning-table.ts';

/**
 * Accuracy of plain PyTorch with the same scheme on CIFAR-10: ViT-Tiny, LoRA rank 8 and alpha 16 on query and
 * value, no dropout, one device, 32 images a step. Accuracy in percent on 500 test images, one figure for
 * each seed, each with a sampling error of about 2 points. The first figures are from transformers 4.57.6;
 * the others are from bench/learning/cifar10_pytorch.py with seeds 1 and 2 and transformers 5.24.0.
 */
export const CIFAR10_REFERENCE: readonly LearningReference[] = [
  {
    name: 'class token, AdamW 1e-3, head 0.02',
    settings: ['server.optimizer={ kind: adamw, learningRate: 0.001 }', 'head.learningRate=0.02'],
    accuracyPercent: {
      25: [60.8, 60.0, 64.4],
      50: [70.8, 72.0, 70.8],
      75: [75.4, 72.8],
      100: [78.8, 77.2, 73.2],
    },
  },
  {
    name: 'class token, SGD 0.05, head 0.05',
    settings: ['server.optimizer={ kind: sgd, learningRate: 0.05 }', 'head.learningRate=0.05'],
    accuracyPercent: { 25: [62.8, 58.0, 63.2], 50: [72.8, 65.0, 67.2] },
  },
];
