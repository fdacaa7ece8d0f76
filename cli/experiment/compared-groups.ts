import { join } from 'node:path';
import type { NamedSettings } from '#experiment/plan/make-points.ts';
import type { PresetVariant } from '#experiment/presets/experiment-preset.ts';
import { mergeSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import type { Basis } from './experiment-basis.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** The named groups that an option selects; all of them where it is left out. */
export function chosen<N extends NamedSettings>(
  groups: readonly N[],
  wanted: string | undefined,
  option: string,
): readonly N[] {
  const names = wanted?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) {
    throw new ConfigError(`there is no ${JSON.stringify(unknown)}.`, {
      subject: option,
      remedy:
        groups.length === 0
          ? 'Leave it out: this experiment has none.'
          : `Use some of ${groups.map(({ name }) => name).join(', ')}.`,
    });
  }
  return names === undefined ? groups : groups.filter(({ name }) => names.includes(name));
}

/** The contenders that `--contenders` selects. @throws ConfigError if `--policy` would override them */
export function contendersOf({ contenders }: Basis, options: ExperimentOptions): readonly NamedSettings[] {
  if (contenders.length > 0 && options.policy !== undefined) {
    throw new ConfigError('would replace the policies of the contenders.', {
      subject: '--policy',
      remedy: `Select some with --contenders: ${contenders.map(({ name }) => name).join(', ')}.`,
    });
  }
  return chosen(contenders, options.contenders, '--contenders');
}

/** `--data` of a preset whose variants have different data sets: the folder with all of them. */
export function oneFolder(data: ExperimentOptions['data']): string | undefined {
  const [folder, ...others] = [data ?? []].flat();
  if (others.length === 0) return folder;
  throw new ConfigError('takes one folder, with a folder of each data set in it.', { subject: '--data' });
}

/** A variant whose data set is a folder below the one of `--data`. */
export function withDataFolder(
  { name, settings, dataFolder }: PresetVariant,
  data: string | undefined,
): NamedSettings {
  if (dataFolder === undefined || data === undefined) return { name, settings };
  const folder = settingsAt('data.directory', join(data, dataFolder));
  return { name, settings: mergeSettings(settings, folder) };
}
