import { dirname } from 'node:path';

/** The repository's root: where entry points, the lock file and the image's context are. */
export const PROJECT_FOLDER = dirname(import.meta.dirname);
