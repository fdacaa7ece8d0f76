import type { RunResult } from '#shared/protocol/run-result.ts';
import { type LearningRun, learningRun, requireSources, type Sources } from './learning-run.ts';

/** Folders of ViT-Tiny and CIFAR-10. Ends the process with a notice if they are not found. */
export function requireCifar10(): Sources {
  return requireSources({ model: 'models/vit-tiny-patch16-224', data: 'cifar10' });
}

/**
 * Runs ViT-Tiny on CIFAR-10: 1 device, 32 images, LoRA on query and value, class token, 500 test images every
 * 25 rounds.
 */
export function runCifar10(run: LearningRun): RunResult {
  const options = ['--preset', 'images', '--devices', '1', '--batch-size', '32'];
  const settings = ['training.evaluateEvery=25', 'data.testExamples=500', ...run.settings];
  return learningRun(requireCifar10(), options, { ...run, settings });
}
