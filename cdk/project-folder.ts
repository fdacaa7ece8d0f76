import { dirname } from 'node:path';

/** Root folder of the repository. It holds the entry points, the lock file and the image's build context. */
export const PROJECT_FOLDER = dirname(import.meta.dirname);
