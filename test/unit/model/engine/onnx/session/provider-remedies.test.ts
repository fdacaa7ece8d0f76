import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cudaRemedy } from '#shared/model/engine/onnx/session/provider-remedies.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

it('says how to fetch the CUDA provider if it is missing, and what to check if it is present', () => {
  const library = join(scratchFolder(), 'libonnxruntime_providers_cuda.so');
  expect(cudaRemedy(library)).toMatch(/^Fetch its library with node \S+install\.js /);
  writeFileSync(library, '');
  expect(cudaRemedy(library)).toContain(`ldd ${library}`);
});
