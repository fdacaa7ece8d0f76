import { describe, expect, it } from 'vitest';
import { canonicalName } from '../../../shared/model/hugging-face/checkpoint-names.ts';
import { initialLora } from '../../../shared/model/lora/lora-parameters.ts';
import { readPeftAdapter, writePeftAdapter } from '../../../shared/model/lora/peft-adapter.ts';
import { readSafetensors } from '../../../shared/model/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../../shared/model/safetensors/write-safetensors.ts';
import { TINY_VIT } from '../../support/tiny-vit.ts';

/** Names as transformers 5 has them, from those of transformers 4. */
function renamed(name: string): string {
  return name
    .replace('encoder.layer.', 'layers.')
    .replace('attention.attention.query', 'attention.q_proj')
    .replace('attention.attention.value', 'attention.v_proj');
}

describe('names of a ViT', () => {
  it.each([
    [
      'vit.encoder.layer.3.attention.attention.query.weight',
      'encoder.layer.3.attention.attention.query.weight',
    ],
    ['layers.3.attention.q_proj.weight', 'encoder.layer.3.attention.attention.query.weight'],
    ['vit.layers.0.attention.k_proj.bias', 'encoder.layer.0.attention.attention.key.bias'],
    ['layers.11.attention.v_proj.bias', 'encoder.layer.11.attention.attention.value.bias'],
    ['layers.11.attention.o_proj.weight', 'encoder.layer.11.attention.output.dense.weight'],
    ['layers.2.mlp.fc1.weight', 'encoder.layer.2.intermediate.dense.weight'],
    ['layers.2.mlp.fc2.weight', 'encoder.layer.2.output.dense.weight'],
    ['layers.2.layernorm_before.weight', 'encoder.layer.2.layernorm_before.weight'],
    ['embeddings.cls_token', 'embeddings.cls_token'],
  ])('%s is %s', (stored, canonical) => {
    expect(canonicalName('vit', stored)).toBe(canonical);
  });

  it.each(['classifier.weight', 'embeddings.mask_token', 'decoder.0.bias'])('%s is no part of it', (name) => {
    expect(canonicalName('vit', name)).toBeUndefined();
  });

  it('are those of transformers 5 in an adapter, too', () => {
    const settings = { rank: 2, alpha: 4, targets: ['query', 'value'] };
    const tensors = initialLora(TINY_VIT, settings, 1);
    const files = writePeftAdapter(TINY_VIT, { settings, tensors }, 'tiny');
    const stored = readSafetensors(files['adapter_model.safetensors'], 'adapter').tensors;
    const newer = {
      'adapter_config.json': new TextEncoder().encode(
        new TextDecoder()
          .decode(files['adapter_config.json'])
          .replace('"query"', '"q_proj"')
          .replace('"value"', '"v_proj"'),
      ),
      'adapter_model.safetensors': writeSafetensors(
        new Map([...stored].map(([name, value]) => [renamed(name), value])),
        { format: 'pt' },
      ),
    };
    expect(readPeftAdapter(TINY_VIT, newer, 'adapter')).toEqual({ settings, tensors });
  });
});
