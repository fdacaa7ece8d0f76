import { createEncoderEngine } from '#shared/model/engine/create-engine.ts';
import type { EngineFactory } from './encoder-material.ts';

/** Creates the engine that a run's settings name. */
export const createRunEngine: EngineFactory = (server, config) =>
  createEncoderEngine(server, {
    engine: config.server.engine,
    provider: config.server.provider,
    deterministic: config.server.deterministic,
    features: config.model.features,
    lora: config.lora,
  });
