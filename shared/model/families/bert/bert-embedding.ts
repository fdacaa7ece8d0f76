import type { TokenTables } from '#shared/model/families/parts/token-embedding.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';

/**
 * The tables of BERT's embedding module from the device's tensors (`embeddings.*`), under the names that its descendants
 * kept.
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
    normWeight: table('LayerNorm.weight'),
    normBias: table('LayerNorm.bias'),
    epsilon,
  };
}
