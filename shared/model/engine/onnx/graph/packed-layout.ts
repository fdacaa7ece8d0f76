import { float, type GraphBuilder, int, ints, text, type Value } from './graph-builder.ts';
import { PACKED_INPUTS, TENSOR_INPUTS } from './names.ts';
import type { TokenAxis, TokenLayout } from './token-layout.ts';

/**
 * Sequences one after the other without padding, [rows, width], and each device's part of the batch one contiguous
 * stretch of rows: so a batch can hold many devices' sequences, and a part of it be taken out without a copy. Only
 * attention sees padding: it gathers the rows of every sequence to a common length. First tokens are [batch, width].
 */
export function packedLayout(graph: GraphBuilder): TokenLayout {
  const gathered = new Map<string, Value>();
  const gather = (value: Value, places: Value, name?: string): Value =>
    graph.apply('Gather', [value, places], { axis: int(0) }, name);
  const firstRows = () => graph.input(PACKED_INPUTS.firstRows, ['batch'], 'int64');
  const pack = (value: Value, name?: string): Value =>
    gather(value, graph.input(PACKED_INPUTS.tokenOfRow, ['rows'], 'int32'), name);

  /** Rows of each part side by side, [parts, 1, most rows of a part, width]; what fills a part up is any row. */
  const byPart = (value: Value, tokens: TokenAxis): Value => {
    const known = gathered.get(value.name);
    if (known !== undefined) return known;
    const { places, most } = partInputs(tokens);
    const made = gather(value, graph.input(places, ['parts', 1, most], 'int32'));
    gathered.set(value.name, made);
    return made;
  };
  const blanked = (value: Value, tokens: TokenAxis): Value => {
    const { real, most } = partInputs(tokens);
    return graph.apply('Mul', [byPart(value, tokens), graph.input(real, ['parts', 1, most, 1])]);
  };

  return {
    shape: (tokens, ...widths) => [tokens === 1 ? 'batch' : 'rows', ...widths],

    embedded(hidden, name) {
      const embeddings = graph.input(TENSOR_INPUTS.embeddings, ['rows', hidden]);
      return graph.apply('Identity', [embeddings], {}, name);
    },

    byToken(state, tokens) {
      if (tokens === 1) return graph.apply('Unsqueeze', [state, graph.integers(0)]);
      return gather(state, graph.input(PACKED_INPUTS.rowOfToken, ['tokens', 'batch'], 'int32'));
    },

    fromByToken: (value, width) => pack(graph.apply('Reshape', [value, graph.integers(-1, width)])),

    fromHeads(value, { count, width }, tokens, name) {
      const tokensFirst = graph.apply('Transpose', [value], { perm: ints(2, 0, 1, 3) });
      const shape = graph.integers(-1, count, width);
      if (tokens === 1) return graph.apply('Reshape', [tokensFirst, shape], {}, name);
      return pack(graph.apply('Reshape', [tokensFirst, shape]), name);
    },

    withWidths: (state, ...widths) => graph.apply('Reshape', [state, graph.integers(0, ...widths)]),

    withoutPaddedQueries(probabilities, queries) {
      if (queries === 1) return probabilities;
      const real = graph.input(PACKED_INPUTS.realQueries, ['batch', 1, 'tokens', 1]);
      return graph.apply('Mul', [probabilities, real]);
    },

    firstTokens: (state) => gather(state, firstRows()),

    addToFirstTokens(state, first) {
      const places = graph.apply('Unsqueeze', [firstRows(), graph.integers(1)]);
      return graph.apply('ScatterND', [state, places, first], { reduction: text('add') });
    },

    fromRows: (rows) => rows,

    toRows: (state, _width, name) =>
      name === undefined ? state : graph.apply('Identity', [state], {}, name),

    gradientProduct({ left, right, narrow, scale }, tokens) {
      const product = (wide: Value, few: Value) =>
        graph.applyFused('FusedMatMul', [byPart(wide, tokens), blanked(few, tokens)], {
          transA: int(1),
          alpha: float(scale),
        });
      // Always with the few columns on the right: in which order a product of fed matrices is summed depends on how its
      // columns are shared among threads, and so few are not shared.
      return narrow === 'right'
        ? product(left, right)
        : graph.apply('Transpose', [product(right, left)], { perm: ints(0, 1, 3, 2) });
    },

    gradientShape: (rows, columns) => ['parts', 1, rows, columns],
  };
}

/** The inputs that say which rows of a state are whose. */
function partInputs(tokens: TokenAxis) {
  const { rowOfPart, realRows, sequenceOfPart, realSequences } = PACKED_INPUTS;
  return tokens === 1
    ? { places: sequenceOfPart, real: realSequences, most: 'part-sequences' }
    : { places: rowOfPart, real: realRows, most: 'part-rows' };
}
