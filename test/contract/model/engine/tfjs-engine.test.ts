import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { encoderEngineContract } from './encoder-engine.contract.ts';

encoderEngineContract('tfjs', (server, options) => createTfjsEngine(server, { ...options, backend: 'wasm' }));
