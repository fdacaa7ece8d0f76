import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';

/**
 * Whether TensorFlow.js's native library loads here. Without it a notice says what is left out; with
 * AIRTUNE_REQUIRE_TFJS_NATIVE=1 (as in continuous integration) its absence is an error instead.
 */
export async function hasTfjsNative(): Promise<boolean> {
  try {
    await selectTfjsBackend('tensorflow');
    return true;
  } catch (error) {
    if (process.env.AIRTUNE_REQUIRE_TFJS_NATIVE === '1') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`skipped: tests of TensorFlow.js on its native library, which ${reason}\n`);
    return false;
  }
}
