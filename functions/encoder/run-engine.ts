import { createTfjsEngine } from '../../shared/model/engine/tfjs/tfjs-engine.ts';
import type { EngineFactory } from './encoder-material.ts';

/** The engine that a run's settings ask for. */
export const createRunEngine: EngineFactory = (server, config) =>
  createTfjsEngine(server, { features: config.model.features, lora: config.lora });
