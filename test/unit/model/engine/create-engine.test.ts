import { describe, expect, it } from 'vitest';
import { createEncoderEngine } from '#shared/model/engine/create-engine.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { missingProvider } from '#test/support/missing-provider.ts';
import { TINY_BERT, tinyBertTensors } from '#test/support/tiny-bert.ts';

const lora = { rank: 2, alpha: 4, targets: ['query', 'value'] };
/** A model whose widths fill a processor's vector registers, so that it is batched without a notice. */
const WIDE = { ...TINY_BERT, hiddenSize: 16, intermediateSize: 32 };
const { server } = splitModel({ config: WIDE, tensors: tinyBertTensors(WIDE) });

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

  it('creates the engine that is named', async () => {
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
    },
  );

  it('is checked before a model is there', async () => {
    const settings = { engine: 'auto', provider: 'auto', deterministic: true } as const;
    await requireEngine(settings);
    await expect(requireEngine({ ...settings, engine: 'tfjs', provider: 'cuda' })).rejects.toThrow(
      'is for engine onnx',
    );
  });

  it('is refused with DoRA of weights in 4 bits', async () => {
    const options = { engine: 'torch', precision: 'nf4', features: 'pooled' } as const;
    await expect(
      createEncoderEngine(server, { ...options, lora: { ...lora, dora: true } }),
    ).rejects.toMatchObject({
      kind: 'config',
      subject: 'setting lora.dora',
    });
  });

  it('reports the fault of the model instead of trying other engines', async () => {
    const withoutPooler = splitModel({ config: TINY_BERT, tensors: tinyBertTensors(TINY_BERT, false) });
    await expect(
      createEncoderEngine(withoutPooler.server, { engine: 'auto', features: 'pooled', lora }),
    ).rejects.toMatchObject({ kind: 'model', subject: 'setting features' });
  });
});
