import { onTestFinished } from 'vitest';
import type { Emulator, EmulatorStartOptions } from '#local/emulator-process.ts';
import { startMiniStack } from '#local/ministack.ts';

/** An emulator that is there until the test that starts it is over. */
export async function miniStackOfTest(options: EmulatorStartOptions = {}): Promise<Emulator> {
  const emulator = await startMiniStack(options);
  onTestFinished(() => emulator.stop());
  return emulator;
}
