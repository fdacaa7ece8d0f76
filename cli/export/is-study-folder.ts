import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether an output folder is that of a study: it holds the study's plan. */
export async function isStudyFolder(folder: string): Promise<boolean> {
  return access(join(folder, 'plan.json')).then(
    () => true,
    () => false,
  );
}
