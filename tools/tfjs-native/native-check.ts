import * as tf from '@tensorflow/tfjs-core';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';

// Runs in a separate process, because an incompatible native library can crash the process that loads it.
await selectTfjsBackend('tensorflow');
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
const values = Array.from(await product.data());
if (values.join() !== '19,22,43,50') throw new Error(`[1 2; 3 4] [5 6; 7 8] came out as ${values}`);
