import type { EngineFactory } from './encoder-material.ts';

/** The engine that a run's settings ask for. Loaded when it is needed: an engine's library takes its time. */
export const createRunEngine: EngineFactory = async (server, config) => {
  const options = { features: config.model.features, lora: config.lora };
  if (config.server.engine === 'tfjs') {
    const { createTfjsEngine } = await import('../../shared/model/engine/tfjs/tfjs-engine.ts');
    return createTfjsEngine(server, options);
  }
  const { createOnnxEngine } = await import('../../shared/model/engine/onnx/onnx-engine.ts');
  return createOnnxEngine(server, options);
};
