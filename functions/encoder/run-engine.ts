import { featuresOf } from '#shared/config/run-features.ts';
import { createEncoderEngine } from '#shared/model/engine/create-engine.ts';
import type { EngineFactory } from './encoder-material.ts';

/**
 * Makes the factory of the engine that a run's settings name.
 *
 * @param threads Number of CPU threads of the engine; as many as cores by default. Every number gives the
 *   same bits.
 */
export function runEngineFactory(threads?: number): EngineFactory {
  return (server, config) =>
    createEncoderEngine(server, {
      engine: config.server.engine,
      provider: config.server.provider,
      deterministic: config.server.deterministic,
      precision: config.server.precision,
      python: config.server.python,
      features: featuresOf(config),
      lora: config.lora,
      threads,
    });
}

/** Creates the engine that a run's settings name, on all cores. */
export const createRunEngine: EngineFactory = runEngineFactory();
