import { dirname, join } from 'node:path';

/** Root folder of the repository. */
export const PROJECT_FOLDER = dirname(import.meta.dirname);

/** Folder of installations other than npm packages; ignored by git, safe to delete. */
export const CACHE_FOLDER = join(PROJECT_FOLDER, '.cache');
