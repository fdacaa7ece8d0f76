import { isLanguageTask } from '#shared/data/language-task.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { RunConfig } from './run-config.ts';

/** The features of a run: those that its settings name, or the states of every token in language tasks. */
export function featuresOf({ model, data }: Pick<RunConfig, 'model' | 'data'>): FeatureKind {
  return isLanguageTask(data) ? 'tokens' : model.features;
}
