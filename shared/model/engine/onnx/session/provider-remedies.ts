import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';

/** Folder of onnxruntime-node. */
const PACKAGE = resolve(createRequire(import.meta.url).resolve('onnxruntime-node'), '../..');

/** The CUDA provider's library. It is too large for npm; a script of the package fetches it. */
const CUDA_LIBRARY = join(PACKAGE, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');

/** The remedy for a provider that does not run here. */
export function providerRemedy(provider: OnnxProvider): string {
  switch (provider) {
    case 'cpu':
      return 'Install onnxruntime-node for this platform.';
    case 'cuda':
      return cudaRemedy(CUDA_LIBRARY);
    case 'webgpu':
      return 'Install a driver for the graphics card (Vulkan and its loader, Metal or Direct3D 12), or use provider cpu.';
  }
}

/**
 * The remedy for CUDA. ONNX Runtime does not say whether the provider's library exists, nor which libraries
 * it misses. The CUDA version it needs depends on ONNX Runtime's version, so the text refers to ldd.
 *
 * @param library Path of the CUDA provider's library.
 */
export function cudaRemedy(library: string): string {
  return existsSync(library)
    ? `Install the card's driver and, where the loader looks (LD_LIBRARY_PATH), the CUDA libraries that ldd ${library} misses, or use provider cpu.`
    : `Fetch its library with node ${join(PACKAGE, 'script/install.js')} (Linux on x64), or use provider cpu.`;
}
