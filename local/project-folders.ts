import { dirname, join } from 'node:path';

/** The repository's root. */
export const PROJECT_FOLDER = dirname(import.meta.dirname);

/** Where what is installed on top of npm's packages is kept; ignored by git, safe to delete. */
export const CACHE_FOLDER = join(PROJECT_FOLDER, '.cache');
