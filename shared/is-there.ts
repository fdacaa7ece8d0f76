import { stat } from 'node:fs/promises';

/** Whether a file or folder exists and can be looked at. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
