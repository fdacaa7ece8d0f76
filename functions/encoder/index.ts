import { addressesFromEnvironment, connect } from '#functions/runtime/environment.ts';
import { runWorker } from '#functions/runtime/run-worker.ts';
import { wakeThreadPool } from '#shared/cloud/node/wake-thread-pool.ts';
import { AirtuneError } from '#shared/errors.ts';
import { byQueue, queuesOf, visibilitySeconds } from '#shared/protocol/functions.ts';
import { createEncoderFunction } from './encoder-function.ts';
import { EncoderMaterial } from './encoder-material.ts';
import { collectLessOften } from './heap-growth.ts';
import { heartbeatFile, withHeartbeat } from './heartbeat.ts';
import { imagePlugins } from './image-plugins.ts';
import { createRunEngine } from './run-engine.ts';

/** Duration of a long poll. A container that is told to stop waits at most this long for its receive. [s] */
const WAIT_SECONDS = 10;

/**
 * The encoder service: consumes its queues until SIGTERM or SIGINT, finishes the messages that are being
 * handled, and returns the others to their queues. Nothing else needs to be saved, because every round stores
 * a checkpoint.
 *
 * @throws ConfigError when an environment variable is missing or invalid.
 */
async function serve(): Promise<void> {
  wakeThreadPool();
  collectLessOften();
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  const ports = connect(addressesFromEnvironment(process.env), 'encoder', (line) => console.log(line));
  const file = heartbeatFile(process.env);
  const queues = byQueue((queue) => withHeartbeat(ports.queues[queue], file));
  const plugins = await imagePlugins(new URL('../../plugins/', import.meta.url));
  const material = new EncoderMaterial(ports, createRunEngine, undefined, plugins);
  const work = createEncoderFunction(material);
  const workers = queuesOf('encoder').map((queue) =>
    runWorker({
      queue,
      ports: { ...ports, queues },
      work,
      uniform: Math.random,
      waitSeconds: WAIT_SECONDS,
      visibilitySeconds: visibilitySeconds('encoder'),
      signal: stopping.signal,
    }),
  );
  try {
    await Promise.all(workers);
  } finally {
    stopping.abort();
    await Promise.allSettled(workers);
    await material.dispose();
    ports.close();
  }
}

try {
  await serve();
} catch (error) {
  // An AirtuneError is printed as one line. Any other error is a bug and shows its stack.
  if (!(error instanceof AirtuneError)) throw error;
  console.error(error.line);
  process.exitCode = error.exitCode;
}
