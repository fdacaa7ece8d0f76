import type { TokenTables } from '#shared/model/families/parts/token-embedding.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';

/**
 * Returns the tables and the norm of BERT's embedding module, which it looks up by name in the device part's
 * tensors (`embeddings.*`). Families derived from BERT use the same names.
 *
 * @throws {@link ModelError} naming a tensor that is missing.
 */
export function bertTables(
  tensors: NamedTensors,
  { width, epsilon }: { readonly width: number; readonly epsilon: number },
): TokenTables {
  const table = (name: string) => requireTensor(tensors, `embeddings.${name}`).data;
  return {
    width,
    words: table('word_embeddings.weight'),
    positions: table('position_embeddings.weight'),
    types: table('token_type_embeddings.weight'),
    norm: { weight: table('LayerNorm.weight'), bias: table('LayerNorm.bias'), epsilon },
  };
}
