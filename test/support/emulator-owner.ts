/** A process that starts MiniStack, says where, and then does nothing until it is ended. */
import { startMiniStack } from '#local/ministack.ts';

const emulator = await startMiniStack();
process.send?.(emulator.endpoint);
