import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { ConfigError } from '#shared/errors.ts';
import { readRegularText } from '#shared/read-file.ts';

/** The kinds of output folders. */
export type FolderKind = 'run' | 'study' | 'experiment';

const formatSchema = z.object({ format: z.string() });

/** The kind of an output folder, by the format of its plan; a folder without one is taken for a run's. */
export async function folderKind(folder: string): Promise<FolderKind> {
  const path = join(folder, 'plan.json');
  try {
    const plan: unknown = JSON.parse(await readRegularText(path, ConfigError));
    return formatSchema.safeParse(plan).data?.format === 'airtune-experiment-plan' ? 'experiment' : 'study';
  } catch (error) {
    // The reader of a run reports the missing file.
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return 'run';
    if (error instanceof SyntaxError) return 'study';
    throw error;
  }
}
