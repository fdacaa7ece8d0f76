import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';

/** A provider that does not run on this machine; undefined if CUDA and WebGPU both run. */
export async function missingProvider(): Promise<OnnxProvider | undefined> {
  for (const provider of ['cuda', 'webgpu'] as const) {
    try {
      await requireEngine({ engine: 'onnx', provider });
    } catch {
      return provider;
    }
  }
  process.stderr.write('skipped: every provider runs here, so what happens without one cannot be seen\n');
  return undefined;
}
