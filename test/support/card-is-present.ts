import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';

/**
 * Whether a provider of the `onnx` engine runs on this machine; a notice where it does not. One test file asks about one
 * provider: in a process that had opened WebGPU too, CUDA was seen to multiply in less than single precision.
 */
export async function cardIsPresent(provider: OnnxProvider): Promise<boolean> {
  try {
    await requireEngine({ engine: 'onnx', provider });
    return true;
  } catch (error) {
    process.stderr.write(`skipped: ${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}
