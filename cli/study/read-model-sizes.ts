import { noticesOf } from '#cli/print/notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { findModel } from '#run/model/model-source.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { readModelConfig } from '#shared/model/hugging-face/model-directory.ts';
import { rawPoints, type SweepMode } from '#study/points/points.ts';
import type { Sweep } from '#study/points/sweep.ts';
import {
  type ModelSize,
  type ModelSizes,
  modelDirectoryOf,
  modelSizeOf,
} from '#study/settings/model-sizes.ts';

/**
 * Reads the sizes of every model that a study's points name. A model is a folder or a model on a hub.
 *
 * @param known Sizes that are known already and are not read again.
 * @throws ModelError, ServiceError naming the model that cannot be read.
 */
export async function readModelSizes(
  settings: RawSettings,
  sweeps: readonly Sweep[],
  mode: SweepMode,
  terminal: Terminal,
  known: ModelSizes = {},
): Promise<ModelSizes> {
  // Expands only sweeps that can name a model, because all sweeps may make millions of points.
  const naming = sweeps.filter(({ path }) => path === 'model' || path === 'model.directory');
  const named = new Set(rawPoints(settings, naming, mode).map((point) => modelDirectoryOf(point.settings)));
  const sizes = new Map<string, ModelSize>(Object.entries(known));
  for (const directory of named) {
    if (directory === undefined || directory === '' || sizes.has(directory)) continue;
    sizes.set(directory, await readModelSize(directory, terminal));
  }
  return Object.fromEntries(sizes);
}

async function readModelSize(named: string, terminal: Terminal): Promise<ModelSize> {
  const { directory } = await findModel(named, terminal.env, noticesOf(terminal));
  return modelSizeOf(await readModelConfig(directory));
}
