import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { encoderEngineContract } from './encoder-engine.contract.ts';

encoderEngineContract('onnx', (server, options) => createOnnxEngine(server, { ...options, provider: 'cpu' }));
