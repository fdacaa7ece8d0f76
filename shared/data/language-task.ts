import type { DataSettings } from './settings.ts';

/** Whether a task is one of a language model, which predicts the next token of every position. */
export function isLanguageTask({ task }: Pick<DataSettings, 'task'>): boolean {
  return task === 'causal-lm' || task === 'instruction';
}
