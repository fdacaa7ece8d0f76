import { describe, expect, it } from 'vitest';
import { VIT } from '#shared/model/families/vit/vit-family.ts';
import { canonicalEnd } from '#shared/model/hugging-face/checkpoint-names.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { readPeftAdapter } from '#shared/model/lora/read-peft-adapter.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { zeros } from '#shared/model/tensor.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_VIT } from '#test/support/tiny-vit.ts';

/** Names in transformers 5, from those in transformers 4. */
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
    expect(canonicalEnd(VIT.checkpoint, stored)).toBe(canonical);
  });

  it.each(['classifier.weight', 'embeddings.mask_token', 'decoder.0.bias'])('%s is no part of it', (name) => {
    expect(canonicalEnd(VIT.checkpoint, name)).toBeUndefined();
  });

  const settings = { rank: 2, alpha: 4, targets: ['query', 'value'] };
  const tensors = initialLora(TINY_VIT, settings, 1);
  const files = writePeftAdapter(TINY_VIT, { settings, tensors }, 'tiny');
  const stored = readSafetensors(files['adapter_model.safetensors'], 'adapter').tensors;
  const isOlder = (name: string) => name.includes('encoder.layer.');

  it('stand in an adapter as transformers 4 and 5 have them, for PEFT takes only those of its own version', () => {
    const older = [...stored.keys()].filter(isOlder);
    const bare = [...tensors.keys()].map((name) => `base_model.model.${name}`);
    const inTaskModels = [...tensors.keys()].map((name) => `base_model.model.vit.${name}`);
    expect([...older].sort()).toEqual([...bare, ...inTaskModels].sort());
    expect([...stored.keys()].filter((name) => !isOlder(name))).toEqual(older.map(renamed));
    const { target_modules } = JSON.parse(new TextDecoder().decode(files['adapter_config.json']));
    expect(target_modules).toEqual(['query', 'value', 'q_proj', 'v_proj']);
    expect(readPeftAdapter(TINY_VIT, files, 'adapter')).toEqual({ settings, tensors });
  });

  it.each([
    ['4', isOlder],
    ['5', (name: string) => !isOlder(name)],
  ])('are read from an adapter that has those of transformers %s alone', (_, belongs) => {
    const kept = new Map([...stored].filter(([name]) => belongs(name)));
    const one = { ...files, 'adapter_model.safetensors': writeSafetensors(kept, { format: 'pt' }) };
    expect(readPeftAdapter(TINY_VIT, one, 'adapter')).toEqual({ settings, tensors });
  });

  it('are refused where both stand there with different values', () => {
    const differing = new Map(
      [...stored].map(([name, value], index) => [name, index === 0 ? zeros(value.shape) : value]),
    );
    const two = { ...files, 'adapter_model.safetensors': writeSafetensors(differing, { format: 'pt' }) };
    expect(thrownLine(() => readPeftAdapter(TINY_VIT, two, 'adapter'))).toMatch(
      /layer\.0.*query\.lora_A.* twice/,
    );
  });
});
