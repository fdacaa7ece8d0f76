import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { median } from '#bench/median.ts';
import { GraphBuilder } from '#shared/model/engine/onnx/format/graph-builder.ts';

/** The machine's name and sizes, as far as Node knows them. */
export function machineFacts() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    node: process.versions.node,
  };
}

/** Mean number of runnable threads in the last minute. */
export function load(): number {
  return Number(loadavg()[0].toFixed(1));
}

/** Rows and columns of the plain product: 16 MB a matrix, far more work than traffic. */
const SIDE = 2048;

/** Bytes of the copy: more than the caches hold on common machines. */
const COPY_BYTES = 2 ** 29;

const REPEATS = 5;

/** Products one after the other in a run, so that passing matrices in and out takes no part. */
const PRODUCTS = 8;

/**
 * Speed of plain products of two large matrices in 32 bits with all cores, one of them a constant that is
 * packed before: the fastest of some runs, the most that any engine reaches here. [GFLOP/s]
 */
export async function plainProductGflops(): Promise<number> {
  const graph = new GraphBuilder('plain-products');
  const shape = [SIDE, SIDE];
  // Rows of the constant add up to 1, so that values stay as they are.
  const constant = graph.initializer('constant', shape, new Float32Array(SIDE * SIDE).fill(1 / SIDE));
  let value = graph.input('matrix', shape);
  for (let product = 0; product < PRODUCTS; product++) value = graph.apply('MatMul', [value, constant]);
  graph.output(value, shape);
  const session = await InferenceSession.create(graph.build(), { intraOpNumThreads: availableParallelism() });
  const feeds = { matrix: new Tensor('float32', new Float32Array(SIDE * SIDE).fill(0.5), shape) };
  const seconds: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const started = performance.now();
    await session.run(feeds);
    seconds.push((performance.now() - started) / 1000);
  }
  await session.release();
  return (PRODUCTS * 2 * SIDE ** 3) / Math.min(...seconds) / 1e9;
}

/** Speed of a copy of a large array by one thread, its bytes read and written both counted. [GB/s] */
export function copyGigabytesPerSecond(): number {
  const source = new Uint8Array(COPY_BYTES).fill(1);
  const target = new Uint8Array(COPY_BYTES);
  const seconds: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const started = performance.now();
    target.set(source);
    seconds.push((performance.now() - started) / 1000);
  }
  return (2 * COPY_BYTES) / median(seconds.slice(1)) / 1e9;
}
