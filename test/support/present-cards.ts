import type { OnnxProvider } from '../../shared/model/engine/onnx/onnx-providers.ts';
import { requireEngine } from '../../shared/model/engine/require-engine.ts';

/** Providers of the `onnx` engine that run on a graphics card of this machine; with a notice for each that does not. */
export async function presentCards(): Promise<readonly OnnxProvider[]> {
  const present: OnnxProvider[] = [];
  for (const provider of ['cuda', 'webgpu'] as const) {
    try {
      await requireEngine({ engine: 'onnx', provider });
      present.push(provider);
    } catch (error) {
      process.stderr.write(`skipped: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return present;
}
