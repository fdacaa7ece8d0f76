import { setFlagsFromString } from 'node:v8';

/**
 * By how much the heap and the array buffers made since the last collection may grow until V8 collects the
 * old generation again, in percent of the heap that was left.
 */
const GROWTH_PERCENT = 200;

/**
 * Makes V8 collect less often in this process, which runs an encoder. V8 chooses the growth of its heap by
 * how fast JavaScript makes objects. A round makes few, but tens of megabytes of array buffers, so V8 comes
 * to the least growth, 8 MB, and marks the whole heap two or three times a round: some 7 % of a round's
 * processor time (MiniLM, ten devices). The peak memory is the same within what runs differ by.
 */
export function collectLessOften(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
