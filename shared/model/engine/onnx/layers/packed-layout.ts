import {
  type GraphBuilder,
  int,
  ints,
  text,
  type Value,
} from '#shared/model/engine/onnx/format/graph-builder.ts';
import { PACKED_GROUPS, packedGroup } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { PACKED_INPUTS, TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { MatrixProduct } from './matrix-product.ts';
import type { AttentionGroup, TokenLayout } from './token-layout.ts';

/**
 * States without padding, [rows, width]: sequences follow each other, and each part of the batch (one
 * device's sequences of similar length) is one contiguous segment of rows. A batch can hold many devices'
 * sequences, and a part can be read without a copy. Only attention sees padding: it gathers the rows of
 * sequences of similar length to a common one, group by group. States of feature tokens are [batch, width].
 */
export function packedLayout(graph: GraphBuilder, product: MatrixProduct): TokenLayout {
  const gathered = new Map<string, Value>();
  const gather = (value: Value, indices: Value, name?: string): Value =>
    graph.apply('Gather', [value, indices], { axis: int(0) }, name);
  const featureRows = () => graph.input(TENSOR_INPUTS.featureRows, ['batch'], 'int64');
  /** Joins a value [tokens * batch, ...] of each group, and puts it into the order of the rows. */
  const pack = (values: readonly Value[], name?: string): Value =>
    gather(concat(values), graph.input(PACKED_INPUTS.tokenOfRow, ['rows'], 'int32'), name);
  /** Joins a value [batch, ...] of each group, and puts it into the order of the sequences. */
  const inOrder = (values: readonly Value[], name?: string): Value =>
    gather(concat(values), graph.input(PACKED_INPUTS.placeOfSequence, ['batch'], 'int32'), name);
  const concat = (values: readonly Value[]): Value => graph.apply('Concat', values, { axis: int(0) });

  /** Rows of each part, [parts, 1, part-rows, width]; arbitrary rows beyond the part's own. */
  const byPart = (value: Value, tokens: TokenAxis): Value => {
    const known = gathered.get(value.name);
    if (known !== undefined) return known;
    const { indices, length } = partInputs(tokens);
    const made = gather(value, graph.input(indices, ['parts', 1, length], 'int32'));
    gathered.set(value.name, made);
    return made;
  };
  /** The same with rows beyond the part's own set to 0. */
  const byPartMasked = (value: Value, tokens: TokenAxis): Value => {
    const { real, length } = partInputs(tokens);
    return graph.apply('Mul', [byPart(value, tokens), graph.input(real, ['parts', 1, length, 1])]);
  };

  return {
    shape: (tokens, ...widths) => [tokens === 1 ? 'batch' : 'rows', ...widths],

    embedded(hidden, name) {
      const embeddings = graph.input(TENSOR_INPUTS.embeddings, ['rows', hidden]);
      return graph.apply('Identity', [embeddings], {}, name);
    },

    groups: Array.from({ length: PACKED_GROUPS }, (_, index) => groupLayout(graph, index)),

    fromByToken: (values, width) =>
      pack(values.map((value) => graph.apply('Reshape', [value, graph.integers(-1, width)]))),

    fromSequences: inOrder,

    fromHeads(values, { count, width }, tokens, name) {
      const rows = values.map((value) => {
        const tokensFirst = graph.apply('Transpose', [value], { perm: ints(2, 0, 1, 3) });
        return graph.apply('Reshape', [tokensFirst, graph.integers(-1, count, width)]);
      });
      return tokens === 1 ? inOrder(rows, name) : pack(rows, name);
    },

    withWidths: (state, ...widths) => graph.apply('Reshape', [state, graph.integers(0, ...widths)]),

    featureTokens: (state, name) => gather(state, featureRows(), name),

    addToFeatureTokens(state, added) {
      const indices = graph.apply('Unsqueeze', [featureRows(), graph.integers(1)]);
      return graph.apply('ScatterND', [state, indices, added], { reduction: text('add') });
    },

    fromRows: (rows) => rows,

    toRows: (state, _width, name) =>
      name === undefined ? state : graph.apply('Identity', [state], {}, name),

    gradientProduct({ left, right, narrow, scale }, tokens) {
      const wideByNarrow = (wide: Value, few: Value) =>
        product(byPart(wide, tokens), byPartMasked(few, tokens), { transposeLeft: true, scale });
      // The narrow factor is always on the right. The summation order of a product of fed matrices depends on
      // how threads divide its columns; so few columns are not divided.
      return narrow === 'right'
        ? wideByNarrow(left, right)
        : graph.apply('Transpose', [wideByNarrow(right, left)], { perm: ints(0, 1, 3, 2) });
    },

    gradientShape: (...lengths) => ['parts', 1, ...lengths],
  };
}

function groupLayout(graph: GraphBuilder, index: number): AttentionGroup {
  const names = packedGroup(index);
  const { suffix, batch, tokens: length } = names;
  const gather = (value: Value, indices: Value) => graph.apply('Gather', [value, indices], { axis: int(0) });
  const ofSequences = (value: Value) =>
    gather(value, graph.input(`${PACKED_INPUTS.sequenceOfGroup}${suffix}`, [batch], 'int32'));
  return {
    ...names,
    ofSequences,
    byToken(state, tokens) {
      if (tokens === 1) return graph.apply('Unsqueeze', [ofSequences(state), graph.integers(0)]);
      return gather(state, graph.input(`${PACKED_INPUTS.rowOfToken}${suffix}`, [length, batch], 'int32'));
    },
    withoutPaddedQueries(probabilities, queries) {
      if (queries === 1) return probabilities;
      const real = graph.input(`${PACKED_INPUTS.realQueries}${suffix}`, [batch, 1, length, 1]);
      return graph.apply('Mul', [probabilities, real]);
    },
  };
}

/** The inputs with each part's rows of a state. */
function partInputs(tokens: TokenAxis) {
  const { rowOfPart, realRows, sequenceOfPart, realSequences } = PACKED_INPUTS;
  return tokens === 1
    ? { indices: sequenceOfPart, real: realSequences, length: 'part-sequences' }
    : { indices: rowOfPart, real: realRows, length: 'part-rows' };
}
