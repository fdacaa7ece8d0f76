import { kindsIn, mergeSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { parseStrict, type SettingsSubject } from '#shared/config/parse-strict.ts';
import { type ModelSizes, withModelSizes } from './model-sizes.ts';
import { RENAMED_STUDY_SETTINGS, type StudySettings, studySchema } from './study-schema.ts';

const DEFAULT_KINDS = kindsIn(studySchema.parse({}));

/**
 * The complete settings of one point.
 *
 * @param models sizes of the models that `model.directory` may name
 * @throws ConfigError naming the setting that is unknown, out of range or in conflict with another
 */
export function parseStudy(
  raw: RawSettings,
  subject: SettingsSubject,
  models: ModelSizes = {},
): StudySettings {
  const layered = mergeSettings(
    DEFAULT_KINDS,
    withModelSizes(raw, models, typeof subject === 'string' ? subject : subject('model')),
  );
  return parseStrict(studySchema, layered, subject, RENAMED_STUDY_SETTINGS);
}
