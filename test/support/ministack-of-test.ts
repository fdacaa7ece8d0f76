import { onTestFinished } from 'vitest';
import type { Emulator, EmulatorStartOptions } from '#local/emulator-process.ts';
import { startMiniStack } from '#local/ministack.ts';

/** Starts an emulator that stops when the test ends. */
export async function miniStackOfTest(options: EmulatorStartOptions = {}): Promise<Emulator> {
  const emulator = await startMiniStack(options);
  onTestFinished(() => emulator.stop());
  return emulator;
}
