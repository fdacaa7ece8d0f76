import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame, FrameReader } from '#shared/model/engine/torch/frames.ts';

const tensors = fc
  .dictionary(fc.stringMatching(/^[a-z.]{1,8}$/), fc.array(fc.float({ noNaN: true }), { maxLength: 9 }), {
    maxKeys: 3,
  })
  .map(
    (values) =>
      new Map(
        Object.entries(values).map(([name, data]) => [
          name,
          { shape: [data.length], data: Float32Array.from(data) },
        ]),
      ),
  );

test('frames come out of a stream as they went in, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.jsonValue(), tensors), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.flatMap(([message, held]) => [...encodeFrame(message, held)]));
        const reader = new FrameReader();
        const found: unknown[] = [];
        for (let begin = 0, turn = 0; begin < stream.length; turn++) {
          const end = begin + cuts[turn % cuts.length];
          for (const body of reader.push(stream.subarray(begin, end))) found.push(decodeFrame(body));
          begin = end;
        }
        // JSON has no negative zero.
        const expected = frames.map(([message, held]) => ({
          message: JSON.parse(JSON.stringify(message)),
          tensors: held,
        }));
        expect(found).toEqual(expected);
      },
    ),
  );
});
