import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { describeAgainstPytorch } from './pytorch-suite.ts';

describeAgainstPytorch('TensorFlow.js on WASM', (server, options) =>
  createTfjsEngine(server, { ...options, backend: 'wasm' }),
);
