import { describe, expect, test } from 'vitest';
import { PRECISIONS, requirePrecision } from '#shared/model/engine/precision.ts';
import { PROVIDERS, requireOnnxProvider, requireTorchProvider } from '#shared/model/engine/providers.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';
import { rejectedLine, thrownLine } from '#test/support/thrown.ts';

describe('a precision that an engine lacks is refused, with the engine that has it', () => {
  test.each(PRECISIONS.filter((one) => one !== 'float32'))('precision %s', (precision) => {
    requirePrecision('torch', precision);
    for (const engine of ['onnx', 'tfjs']) {
      requirePrecision(engine, 'float32');
      expect(thrownLine(() => requirePrecision(engine, precision))).toBe(
        `setting server.precision: \`${precision}\` is not in engine ${engine}, which computes in float32. Set server.engine to torch, which has it, or leave server.precision out.`,
      );
    }
  });

  test.each(['auto', 'onnx', 'tfjs'] as const)('before a run is prepared, with engine %s', async (engine) => {
    expect(await rejectedLine(requireEngine({ engine, precision: 'bfloat16' }))).toMatch(
      /^setting server\.precision: `bfloat16` is not in engine/,
    );
  });

  test('providers', () => {
    expect([...PROVIDERS].sort()).toEqual(['cpu', 'cuda', 'mps', 'rocm', 'webgpu', 'xpu']);
    expect(requireOnnxProvider('webgpu')).toBe('webgpu');
    expect(requireTorchProvider('mps')).toBe('mps');
    expect(thrownLine(() => requireOnnxProvider('mps'))).toMatch(
      /^setting server\.provider: `mps` is not in engine onnx, which has cpu, cuda, webgpu\. .* server\.engine to torch\.$/,
    );
    expect(thrownLine(() => requireTorchProvider('webgpu'))).toMatch(
      /`webgpu` is not in engine torch, which has cpu, cuda, rocm, mps, xpu\. .* server\.engine to onnx\.$/,
    );
  });
});
