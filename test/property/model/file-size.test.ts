import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safetensorsFileBytes } from '#shared/model/safetensors/file-size.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { elementCount } from '#shared/model/tensor.ts';

test('the size of a file is known without writing it', () => {
  const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z_.0-9]{0,20}$/), { maxLength: 6 });
  const metadata = fc.option(fc.string({ maxLength: 40 }), { nil: undefined });
  fc.assert(
    fc.property(names, fc.array(shape, { minLength: 6, maxLength: 6 }), metadata, (all, shapes, text) => {
      const extents = all.map((name, index) => ({ name, dtype: 'F32' as const, shape: shapes[index] }));
      const tensors = new Map(
        extents.map((one) => [
          one.name,
          { shape: one.shape, data: new Float32Array(elementCount(one.shape)) },
        ]),
      );
      const record = text === undefined ? {} : { text };
      const file = writeSafetensors(tensors, record);
      const bytes = text === undefined ? 0 : Buffer.byteLength(JSON.stringify(record));
      // A file without tensors has no comma after its metadata.
      fc.pre(all.length > 0);
      expect(safetensorsFileBytes(extents, bytes)).toBe(file.byteLength);
    }),
  );
});
