import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { OnnxProvider } from './onnx-providers.ts';

/** Where onnxruntime-node is. */
const PACKAGE = resolve(createRequire(import.meta.url).resolve('onnxruntime-node'), '../..');

/** What runs graphs on CUDA; too large for npm, so that a script of the package fetches it. */
const CUDA_LIBRARY = join(PACKAGE, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');

/** What to do where a provider does not run. */
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
 * ONNX Runtime says neither whether the library is there nor what that lacks. Which CUDA it was built for changes with
 * its version and not with the name that the script has for it (`cuda12`, of libraries for CUDA 13): the loader knows.
 *
 * @param library Path of the library that runs graphs on CUDA.
 */
export function cudaRemedy(library: string): string {
  return existsSync(library)
    ? `Have a card, its driver and, where the loader looks (LD_LIBRARY_PATH), the CUDA libraries that ldd ${library} misses, or use provider cpu.`
    : `Fetch its library with node ${join(PACKAGE, 'script/install.js')} (Linux on x64), or use provider cpu.`;
}
