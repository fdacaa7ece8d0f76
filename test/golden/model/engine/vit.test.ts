import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { describeImages, describeViTAgainstPytorch } from './vit-suite.ts';

describeImages();

describeViTAgainstPytorch('ONNX Runtime on the processor', (server, options) =>
  createOnnxEngine(server, { ...options, provider: 'cpu' }),
);

describeViTAgainstPytorch('TensorFlow.js on WASM', (server, options) =>
  createTfjsEngine(server, { ...options, backend: 'wasm' }),
);
