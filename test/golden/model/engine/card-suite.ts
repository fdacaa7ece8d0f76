import { describe, it } from 'vitest';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import { describeAgainstPytorch, type MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { cardIsPresent } from '#test/support/card-is-present.ts';
import { describeViTAgainstPytorch } from './vit-suite.ts';

/** Claims that a graphics card, if present, gives PyTorch's results. */
export async function describeCardAgainstPytorch(provider: OnnxProvider): Promise<void> {
  const name = `ONNX Runtime on ${provider}`;
  if (!(await cardIsPresent(provider))) {
    describe.skip(name, () => it('agrees with PyTorch'));
    return;
  }
  const makeEngine: MakeEngine = (server, options) => createOnnxEngine(server, { ...options, provider });
  describeAgainstPytorch(name, makeEngine);
  describeViTAgainstPytorch(name, makeEngine);
}
