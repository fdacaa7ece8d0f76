import { addressesFromEnvironment, connect } from '#functions/runtime/environment.ts';
import { runWorker } from '#functions/runtime/run-worker.ts';
import { createEncoderFunction } from './encoder-function.ts';
import { EncoderMaterial } from './encoder-material.ts';
import { heartbeatFile, withHeartbeat } from './heartbeat.ts';
import { createRunEngine } from './run-engine.ts';

/** How long a message stays hidden if this container dies; while it is handled, the time is extended. */
const VISIBILITY_SECONDS = 120;
/** Long polling; stopping the container takes up to this long. */
const WAIT_SECONDS = 10;

/**
 * The encoder service's entry point: consumes its queue until it is told to stop, then finishes the message in hand and
 * puts the others back. There is nothing else to save: every round stores its checkpoint.
 */
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

const ports = connect(addressesFromEnvironment(process.env), 'encoder', (line) => console.log(line));
const encoder = withHeartbeat(ports.queues.encoder, heartbeatFile(process.env));
const material = new EncoderMaterial(ports, createRunEngine);
try {
  await runWorker({
    function: 'encoder',
    ports: { ...ports, queues: { ...ports.queues, encoder } },
    work: createEncoderFunction(material),
    uniform: Math.random,
    waitSeconds: WAIT_SECONDS,
    visibilitySeconds: VISIBILITY_SECONDS,
    signal: stopping.signal,
  });
} finally {
  await material.dispose();
  ports.close();
}
