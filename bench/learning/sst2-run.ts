import type { RunResult } from '#shared/protocol/run-result.ts';
import { type LearningRun, learningRun, requireSources, type Sources } from './learning-run.ts';

/** Ends the process with a notice where MiniLM and SST-2 are not found. */
export function requireSst2(): Sources {
  return requireSources({ model: 'models/minilm-l6-h384', data: 'sst2' });
}

/** MiniLM on SST-2, ten devices, 16 examples each, tested every 20 rounds. */
export function runSst2(run: LearningRun): RunResult {
  const options = ['--task', 'sst2', '--devices', '10', '--batch-size', '16'];
  const settings = ['training.evaluateEvery=20', ...run.settings];
  return learningRun(requireSst2(), options, { ...run, settings });
}
