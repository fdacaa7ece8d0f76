import { Tensor as OrtTensor } from 'onnxruntime-node';
import { PACKED_INPUTS } from '#shared/model/engine/onnx/graph/names.ts';
import { type GraphFeeds, paddingFeeds } from '#shared/model/engine/onnx/graph-feeds.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import { type PackedPart, wholeRegisters } from './packed-parts.ts';

/** Where what lies in rows: the first row of each thing, and its number of rows. */
interface Extents {
  readonly starts: readonly number[];
  readonly lengths: ArrayLike<number>;
}

/** What the graphs read of parts that lie one after the other, but for their embeddings. */
export function packedFeeds(parts: readonly PackedPart[]): GraphFeeds {
  const [{ tokens }] = parts;
  const sequences = extentsOf(parts.flatMap((part) => [...part.lengths]));
  const batch = sequences.starts.length;
  const rowOfToken = new Int32Array(tokens * batch);
  const tokenOfRow = new Int32Array(parts.reduce((sum, { rows }) => sum + rows, 0));
  const realQueries = new Float32Array(batch * tokens);
  sequences.starts.forEach((start, sequence) => {
    const length = sequences.lengths[sequence];
    for (let token = 0; token < tokens; token++) {
      const place = token * batch + sequence;
      // Padding reads the sequence's own first token: a finite value, which the mask takes out again.
      rowOfToken[place] = token < length ? start + token : start;
      if (token < length) tokenOfRow[start + token] = place;
    }
    realQueries.fill(1, sequence * tokens, sequence * tokens + length);
  });
  return new Map([
    ...paddingFeeds(Int32Array.from(sequences.lengths), tokens),
    [PACKED_INPUTS.rowOfToken, new OrtTensor('int32', rowOfToken, [tokens, batch])],
    [PACKED_INPUTS.tokenOfRow, new OrtTensor('int32', tokenOfRow, [tokenOfRow.length])],
    [PACKED_INPUTS.firstRows, new OrtTensor('int64', BigInt64Array.from(sequences.starts, BigInt), [batch])],
    [PACKED_INPUTS.realQueries, ortTensor(realQueries, [batch, 1, tokens, 1])],
    ...partFeeds(PACKED_INPUTS.rowOfPart, PACKED_INPUTS.realRows, extentsOf(parts.map(({ rows }) => rows))),
    ...partFeeds(
      PACKED_INPUTS.sequenceOfPart,
      PACKED_INPUTS.realSequences,
      extentsOf(parts.map(({ members }) => members.length)),
    ),
  ]);
}

function extentsOf(lengths: readonly number[]): Extents {
  let end = 0;
  const starts = lengths.map((length) => {
    end += length;
    return end - length;
  });
  return { starts, lengths };
}

/** The rows of each part side by side, and which of them are its own. */
function partFeeds(placesName: string, realName: string, { starts, lengths }: Extents): GraphFeeds {
  const most = wholeRegisters(Math.max(...Array.from(lengths)));
  const places = new Int32Array(starts.length * most);
  const real = new Float32Array(starts.length * most);
  starts.forEach((start, part) => {
    for (let row = 0; row < most; row++) {
      const isOwn = row < lengths[part];
      places[part * most + row] = isOwn ? start + row : start;
      real[part * most + row] = isOwn ? 1 : 0;
    }
  });
  return new Map([
    [placesName, new OrtTensor('int32', places, [starts.length, 1, most])],
    [realName, ortTensor(real, [starts.length, 1, most, 1])],
  ]);
}
