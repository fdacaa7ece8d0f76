import type { EngineFactory } from './encoder-material.ts';

/** The engine that a run's settings ask for. Loaded when it is needed: an engine's library takes its time. */
export const createRunEngine: EngineFactory = async (server, config) => {
  const { createTfjsEngine } = await import('../../shared/model/engine/tfjs/tfjs-engine.ts');
  return createTfjsEngine(server, { features: config.model.features, lora: config.lora });
};
