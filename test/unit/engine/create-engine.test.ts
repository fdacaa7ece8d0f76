import { describe, expect, it } from 'vitest';
import { createEncoderEngine } from '../../../shared/model/engine/create-engine.ts';
import { createOnnxEngine } from '../../../shared/model/engine/onnx/onnx-engine.ts';
import type { OnnxProvider } from '../../../shared/model/engine/onnx/onnx-providers.ts';
import { requireEngine } from '../../../shared/model/engine/require-engine.ts';
import { splitModel } from '../../../shared/model/split-model.ts';
import { TINY_BERT, tinyBertTensors } from '../../support/tiny-bert.ts';

const lora = { rank: 2, alpha: 4, targets: ['query', 'value'] };
const { server } = splitModel({ config: TINY_BERT, tensors: tinyBertTensors() });

/** A provider that does not run here; undefined on a machine with both kinds of card and their libraries. */
async function missingProvider(): Promise<OnnxProvider | undefined> {
  for (const provider of ['cuda', 'webgpu'] as const) {
    try {
      const engine = await createOnnxEngine(server, { features: 'pooled', lora, provider });
      await engine.dispose();
    } catch {
      return provider;
    }
  }
  process.stderr.write('skipped: every provider runs here, so what happens without one cannot be seen\n');
  return undefined;
}

const missing = await missingProvider();

describe('the choice of an engine', () => {
  it('takes the fastest that loads, and says why a faster one does not', async () => {
    const engine = await createEncoderEngine(server, { engine: 'auto', features: 'pooled', lora });
    const { engine: name, backend, note } = engine.description;
    expect(name).toBe('onnx');
    expect(['cuda', 'cpu']).toContain(backend);
    if (backend === 'cpu') expect(note).toMatch(/^onnx on cuda does not load: setting provider cuda: /);
    await engine.dispose();
  });

  it('has nothing to excuse where the processor was asked for', async () => {
    const options = { engine: 'auto', features: 'pooled', lora, provider: 'cpu' } as const;
    const engine = await createEncoderEngine(server, options);
    expect(engine.description).toEqual({ engine: 'onnx', backend: 'cpu', note: '' });
    await engine.dispose();
  });

  it('takes the one that is asked for', async () => {
    const engine = await createEncoderEngine(server, { engine: 'tfjs', features: 'pooled', lora });
    expect(engine.description.engine).toBe('tfjs');
    await engine.dispose();
  });

  it.skipIf(missing === undefined).each(['auto', 'onnx'] as const)(
    'does not put another provider in the place of the one that was named, with engine %s',
    async (engine) => {
      const options = { engine, features: 'pooled', lora, provider: missing } as const;
      await expect(createEncoderEngine(server, options)).rejects.toMatchObject({
        kind: 'config',
        subject: `setting provider ${missing}`,
      });
      await expect(requireEngine(engine, missing ?? 'auto')).rejects.toMatchObject({
        kind: 'config',
        subject: `setting provider ${missing}`,
      });
    },
  );

  it('is checked before a model is there', async () => {
    await requireEngine('auto', 'cpu');
    await requireEngine('tfjs', 'auto');
    await expect(requireEngine('tfjs', 'cuda')).rejects.toThrow('is for engine onnx');
  });

  it('says what is wrong with the model instead of trying other engines', async () => {
    const withoutPooler = splitModel({ config: TINY_BERT, tensors: tinyBertTensors(TINY_BERT, false) });
    await expect(
      createEncoderEngine(withoutPooler.server, { engine: 'auto', features: 'pooled', lora }),
    ).rejects.toMatchObject({ kind: 'model', subject: 'setting features' });
  });
});
