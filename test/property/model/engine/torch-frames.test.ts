import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, FrameReader, frameBody, frameHead } from '#shared/model/engine/torch/frames.ts';

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
      fc.array(fc.tuple(fc.jsonValue(), tensors, fc.boolean()), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (frames, cuts) => {
        const stream = Buffer.concat(
          frames.flatMap(([message, held, isShared], slot) => {
            const body = frameBody(message, held);
            const bytes = Buffer.concat(body).length;
            return [frameHead(bytes, slot, isShared), ...(isShared ? [] : body)];
          }),
        );
        const reader = new FrameReader();
        const found: unknown[] = [];
        for (let begin = 0, turn = 0; begin < stream.length; turn++) {
          const end = begin + cuts[turn % cuts.length];
          for (const frame of reader.push(stream.subarray(begin, end))) {
            found.push('body' in frame ? decodeFrame(frame.body) : frame);
          }
          begin = end;
        }
        // JSON has no negative zero.
        const expected = frames.map(([message, held, isShared]) =>
          isShared
            ? { sharedBytes: Buffer.concat(frameBody(message, held)).length }
            : { message: JSON.parse(JSON.stringify(message)), tensors: held },
        );
        expect(found).toEqual(expected);
      },
    ),
  );
});
