/** A process that starts MiniStack, prints its endpoint, and then waits until it is killed. */
import { startMiniStack } from '#local/ministack.ts';

const emulator = await startMiniStack();
process.send?.(emulator.endpoint);
