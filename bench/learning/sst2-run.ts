import type { RunResult } from '#shared/protocol/run-result.ts';
import { type LearningRun, learningRun, requireSources, type Sources } from './learning-run.ts';

/** Folders of MiniLM and SST-2. Ends the process with a notice if they are not found. */
export function requireSst2(): Sources {
  return requireSources({ model: 'models/minilm-l6-h384', data: 'sst2' });
}

/** Runs MiniLM on SST-2: ten devices, 16 examples each, a test every 20 rounds. */
export function runSst2(run: LearningRun): RunResult {
  const options = ['--task', 'sst2', '--devices', '10', '--batch-size', '16'];
  const settings = ['training.evaluateEvery=20', ...run.settings];
  return learningRun(requireSst2(), options, { ...run, settings });
}
