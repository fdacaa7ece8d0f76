import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';

/**
 * Whether a provider of the `onnx` engine runs on this machine; prints a notice if not. Each test file must
 * ask about only one provider: in a process that had also opened WebGPU, CUDA multiplied in less than single
 * precision.
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
