/**
 * Time in which a device prepares and embeds a mini-batch of images, on one core, and how its dense layer
 * compares with a loop over typed arrays in double precision:
 *
 *     npx node bench/embedding/images.ts --model DIR [--image-size 112] [--batch-size 16]
 */
import { parseArgs } from 'node:util';
import { median } from '#bench/median.ts';
import { patchCount } from '#shared/model/families/parts/image-geometry.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { DenseProduct } from '#shared/model/product/dense-product.ts';
import { randomStream } from '#shared/random/random-stream.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    'image-size': { type: 'string' },
    'batch-size': { type: 'string', default: '16' },
  },
});
if (values.model === undefined) throw new Error('Give --model.');
const imageSize = values['image-size'] === undefined ? undefined : Number(values['image-size']);
const count = Number(values['batch-size']);
const REPEATS = 15;
/** Height and width of CIFAR-10's images. */
const SIZE = 32;

const { config, tensors } = await readModelDirectory(values.model, imageSize);
const { input } = describeModel(config);
if (input.kind !== 'image') throw new Error('Give a vision model.');
const embed = input.embedding(tensors);
const stream = randomStream(1, 'dataset');
const pixels = Uint8Array.from({ length: count * 3 * SIZE * SIZE }, () => stream.integer(256));
const weight = requireTensor(tensors, 'embeddings.patch_embeddings.projection.weight');
const hidden = weight.shape[0];
const width = weight.data.length / hidden;
const product = new DenseProduct({ shape: [hidden, width], data: weight.data }, [hidden, width]);
const patches = patchCount(input.images);
const rows = Float32Array.from({ length: count * patches * width }, () => stream.normal());

/** The same layer as a loop in double precision, with four independent sums. */
function loop(): Float32Array {
  const out = new Float32Array((rows.length / width) * hidden);
  for (let row = 0; row * width < rows.length; row++) {
    for (let column = 0; column < hidden; column++) {
      const [x, w] = [row * width, column * width];
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let i = 0; i < width; i += 4) {
        a += rows[x + i] * weight.data[w + i];
        b += rows[x + i + 1] * weight.data[w + i + 1];
        c += rows[x + i + 2] * weight.data[w + i + 2];
        d += rows[x + i + 3] * weight.data[w + i + 3];
      }
      out[row * hidden + column] = a + b + (c + d);
    }
  }
  return out;
}

const tasks = {
  'whole embedding': () => embed({ shape: [count, 3, SIZE, SIZE], pixels }),
  'dense layer': () => product.of(rows),
  'dense layer as a loop': loop,
};
const times = new Map(Object.keys(tasks).map((name): [string, number[]] => [name, []]));
for (let repeat = 0; repeat < REPEATS; repeat++) {
  for (const [name, task] of Object.entries(tasks)) {
    const begun = process.cpuUsage();
    task();
    times.get(name)?.push(process.cpuUsage(begun).user / 1000);
  }
}
const flops = 2 * rows.length * hidden;
console.log(`${count} images, ${patches} patches each, ${width} x ${hidden}; processor time`);
for (const [name, found] of times) {
  const milliseconds = median(found);
  const rate = name === 'whole embedding' ? '' : `, ${(flops / milliseconds / 1e6).toFixed(1)} GFLOP/s`;
  console.log(`${name}: ${milliseconds.toFixed(1)} ms${rate}`);
}
