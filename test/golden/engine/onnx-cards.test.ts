import { describe, it } from 'vitest';
import { createOnnxEngine } from '../../../shared/model/engine/onnx/onnx-engine.ts';
import { presentCards } from '../../support/present-cards.ts';
import { describeAgainstPytorch, type MakeEngine } from '../model/pytorch-suite.ts';
import { describeViTAgainstPytorch } from './vit-suite.ts';

const cards = await presentCards();

for (const provider of cards) {
  const makeEngine: MakeEngine = (server, options) => createOnnxEngine(server, { ...options, provider });
  describeAgainstPytorch(`ONNX Runtime on ${provider}`, makeEngine);
  describeViTAgainstPytorch(`ONNX Runtime on ${provider}`, makeEngine);
}

describe.skipIf(cards.length > 0)('ONNX Runtime on a graphics card', () => {
  it.skip('computes what PyTorch computed');
});
