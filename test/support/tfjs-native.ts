import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { requirement } from './requirement.ts';

/** Whether TensorFlow.js's native library loads on this machine; `npm run tfjs:native` installs it. */
export async function hasTfjsNative(): Promise<boolean> {
  try {
    await selectTfjsBackend('tensorflow');
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return requirement("tests of TensorFlow.js's native library", `it ${reason}`);
  }
}
