import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionFeeds } from '#shared/model/engine/onnx/graphs/position-feeds.ts';
import { packedFeeds } from '#shared/model/engine/onnx/packed/packed-feeds.ts';
import { type PackedPart, packedParts } from '#shared/model/engine/onnx/packed/packed-parts.ts';
import { groupsOf } from '#shared/model/engine/onnx/packed/run-groups.ts';
import { PACKED_GROUPS } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { PACKED_INPUTS, TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';

const POSITIONS = positionFeeds({ layout: describeModel(TINY_BERT).layout, features: 'first-token' });

/** Parts of a few batches with sequences of up to 64 tokens: three attention lengths. */
const someParts = fc
  .array(fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((batches) =>
    batches.flatMap((lengths): readonly PackedPart[] => {
      const shape = [lengths.length, 64, 1];
      const embeddings = { shape, data: new Float32Array(lengths.length * 64) };
      return packedParts({ embeddings, lengths: Int32Array.from(lengths) }, true);
    }),
  );

const valuesOf = (parts: readonly PackedPart[], name: string): readonly number[] =>
  Array.from(
    packedFeeds(parts, groupsOf(parts), POSITIONS).get(name)?.data as Iterable<number | bigint>,
    Number,
  );

/** Values of an input of all groups, one group after the other. */
const valuesOfGroups = (parts: readonly PackedPart[], name: string): readonly number[] =>
  Array.from({ length: PACKED_GROUPS }, (_, index) => valuesOf(parts, `${name}.${index}`)).flat();

describe('places of packed sequences', () => {
  it('says of every row where attention has it, and back', () => {
    fc.assert(
      fc.property(someParts, (parts) => {
        const rowOfToken = valuesOfGroups(parts, PACKED_INPUTS.rowOfToken);
        const tokenOfRow = valuesOf(parts, PACKED_INPUTS.tokenOfRow);
        const rows = parts.reduce((sum, part) => sum + part.rows, 0);
        expect(tokenOfRow).toHaveLength(rows);
        expect(tokenOfRow.map((place) => rowOfToken[place])).toEqual([...tokenOfRow.keys()]);
        // Padding reads an existing row.
        expect(rowOfToken.every((row) => row >= 0 && row < rows)).toBe(true);
      }),
    );
  });

  it('says of every sequence which group has it, and back', () => {
    fc.assert(
      fc.property(someParts, (parts) => {
        const sequenceOfPlace = valuesOfGroups(parts, PACKED_INPUTS.sequenceOfGroup);
        const placeOfSequence = valuesOf(parts, PACKED_INPUTS.placeOfSequence);
        expect(placeOfSequence).toHaveLength(parts.flatMap(({ members }) => members).length);
        expect(placeOfSequence.map((place) => sequenceOfPlace[place])).toEqual([...placeOfSequence.keys()]);
      }),
    );
  });

  it('lets attention see the real tokens only, and starts each sequence where the one before it ends', () => {
    fc.assert(
      fc.property(someParts, (parts) => {
        const lengths = parts.flatMap((part) => [...part.lengths]);
        const rows = lengths.reduce((sum, length) => sum + length, 0);
        groupsOf(parts).forEach(({ tokens, isUsed }, index) => {
          const real = valuesOf(parts, `${PACKED_INPUTS.realQueries}.${index}`);
          const ofGroup = parts.filter((part) => isUsed && part.tokens === tokens);
          const ownRows = ofGroup.reduce((sum, part) => sum + part.rows, 0);
          // A group without sequences computes one whose results nothing reads.
          if (isUsed) expect(real.reduce((sum, value) => sum + value, 0)).toBe(ownRows);
          else expect(real).toHaveLength(tokens);
        });
        const firstRows = valuesOf(parts, TENSOR_INPUTS.featureRows);
        expect([...firstRows, rows].slice(1)).toEqual(firstRows.map((row, index) => row + lengths[index]));
      }),
    );
  });

  it('gives every row, and every sequence, to one part', () => {
    fc.assert(
      fc.property(someParts, (parts) => {
        const owned = (placesName: string, realName: string) => {
          const real = valuesOf(parts, realName);
          return valuesOf(parts, placesName).filter((_, index) => real[index] === 1);
        };
        const rows = parts.reduce((sum, part) => sum + part.rows, 0);
        const sequences = parts.reduce((sum, part) => sum + part.members.length, 0);
        expect(owned(PACKED_INPUTS.rowOfPart, PACKED_INPUTS.realRows)).toEqual([...Array(rows).keys()]);
        expect(owned(PACKED_INPUTS.sequenceOfPart, PACKED_INPUTS.realSequences)).toEqual([
          ...Array(sequences).keys(),
        ]);
      }),
    );
  });
});
