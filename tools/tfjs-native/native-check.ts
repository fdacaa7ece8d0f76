import * as tf from '@tensorflow/tfjs-core';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';

// Run as a process of its own: a native library that does not fit this machine can end the process it is loaded in.
await selectTfjsBackend('tensorflow');
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
const values = Array.from(await product.data());
if (values.join() !== '19,22,43,50') throw new Error(`[1 2; 3 4] [5 6; 7 8] came out as ${values}`);
