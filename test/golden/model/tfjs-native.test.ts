import { describe } from 'vitest';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { hasTfjsNative } from '#test/support/tfjs-native.ts';
import { describeAgainstPytorch } from './pytorch-suite.ts';

const native = await hasTfjsNative();

describe.skipIf(!native)('native library', () => {
  describeAgainstPytorch('TensorFlow.js on its native library', (server, options) =>
    createTfjsEngine(server, { ...options, backend: 'tensorflow' }),
  );
});
