import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { describeAgainstPytorch } from '#test/golden/model/pytorch-suite.ts';

describeAgainstPytorch('ONNX Runtime on the processor', (server, options) =>
  createOnnxEngine(server, { ...options, provider: 'cpu' }),
);
