import util from 'node:util';

/**
 * Restores two functions of `node:util` that Node 23 removed and that tfjs-node 4.22 still calls. Must be
 * called before tfjs-node is loaded.
 */
export function restoreRemovedNodeUtil(): void {
  if (!('isArray' in util)) Object.assign(util, { isArray: Array.isArray });
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  }
}
