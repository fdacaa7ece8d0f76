import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { ImageBatch, TokenBatch } from '#shared/model/families/model-input.ts';
import type { Head } from '#shared/model/head/head.ts';
import type { LoraAdapter } from '#shared/model/lora/peft-adapter.ts';
import { readPeftAdapter } from '#shared/model/lora/read-peft-adapter.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import {
  floatTensor,
  int32Tensor,
  type StoredTensors,
  uint8Tensor,
} from '#shared/model/safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/** Tensors of one golden file, by their names in it. */
export class GoldenTensors {
  readonly #tensors: StoredTensors;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.#tensors = readSafetensors(readFileSync(path), path).tensors;
  }

  float(name: string): Tensor {
    return floatTensor(this.#tensors, name, this.#path);
  }

  integers(name: string): Int32Array {
    return int32Tensor(this.#tensors, name, this.#path).data;
  }

  /** Grey levels, [images, channels, height, width]. */
  images(name: string): ImageBatch {
    const { shape, data } = uint8Tensor(this.#tensors, name, this.#path);
    const [images, channels, height, width] = shape;
    return { shape: [images, channels, height, width], pixels: data };
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** All float tensors whose names start with a prefix, without it. */
  group(prefix: string): NamedTensors {
    const names = [...this.#tensors.keys()].filter((name) => name.startsWith(prefix));
    return new Map(names.map((name) => [name.slice(prefix.length), this.float(name)]));
  }

  /** LoRA tensors under a prefix, PEFT's own prefix removed too. */
  lora(prefix: string): NamedTensors {
    return this.group(`${prefix}base_model.model.`);
  }

  /** Token ids, token types and lengths under a prefix; lengths are the row sums of the attention mask. */
  tokenBatch(prefix: string): TokenBatch {
    const mask = int32Tensor(this.#tensors, `${prefix}attention_mask`, this.#path);
    const [batch, tokens] = mask.shape;
    const lengths = Int32Array.from({ length: batch }, (_, row) =>
      mask.data.subarray(row * tokens, (row + 1) * tokens).reduce((sum, value) => sum + value, 0),
    );
    const tokenIds = this.integers(`${prefix}input_ids`);
    const types = `${prefix}token_type_ids`;
    const tokenTypeIds = this.has(types) ? this.integers(types) : new Int32Array(tokenIds.length);
    return { tokenIds, tokenTypeIds, lengths };
  }

  /** A linear head from `<prefix>weight` and `<prefix>bias`. */
  head(prefix: string): Head {
    const parameters: NamedTensors = new Map([
      ['weight', this.float(`${prefix}weight`)],
      ['bias', this.float(`${prefix}bias`)],
    ]);
    return { settings: { kind: 'linear' }, parameters };
  }
}

/** The first token's values of [batch, tokens, hidden], as [batch, hidden]. */
export function firstTokens({ shape: [batch, tokens, hidden], data }: Tensor): Tensor {
  const rows = new Float32Array(batch * hidden);
  for (let row = 0; row < batch; row++) {
    rows.set(data.subarray(row * tokens * hidden, row * tokens * hidden + hidden), row * hidden);
  }
  return { shape: [batch, hidden], data: rows };
}

/** Values at real tokens only, in order; values at padding positions are undefined. */
export function realTokens({ shape: [batch, tokens, hidden], data }: Tensor, lengths: Int32Array): Tensor {
  const parts = Array.from({ length: batch }, (_, row) =>
    data.subarray(row * tokens * hidden, (row * tokens + lengths[row]) * hidden),
  );
  const kept = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    kept.set(part, position);
    position += part.length;
  }
  return { shape: [kept.length / hidden, hidden], data: kept };
}

/** The adapter folder of a golden model, as PEFT saved it. */
export function goldenAdapter(folder: string, config: ModelConfig): LoraAdapter {
  const path = join(folder, 'adapter');
  const files = {
    'adapter_config.json': readFileSync(join(path, 'adapter_config.json')),
    'adapter_model.safetensors': readFileSync(join(path, 'adapter_model.safetensors')),
  };
  return readPeftAdapter(config, files, path);
}
