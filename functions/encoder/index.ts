import { addressesFromEnvironment, connect } from '#functions/runtime/environment.ts';
import { runWorker } from '#functions/runtime/run-worker.ts';
import { AirtuneError } from '#shared/errors.ts';
import { createEncoderFunction } from './encoder-function.ts';
import { EncoderMaterial } from './encoder-material.ts';
import { heartbeatFile, withHeartbeat } from './heartbeat.ts';
import { createRunEngine } from './run-engine.ts';

/** How long a message stays hidden if this container dies; while it works, the time is extended. */
const VISIBILITY_SECONDS = 120;
/** Long polling; a container that is told to stop waits this long at most for its receive. */
const WAIT_SECONDS = 10;

/**
 * The encoder service: consumes its queue until it is told to stop, then finishes the messages in hand and puts the
 * rest back. Checkpoints are stored with every round, so nothing else has to be saved.
 *
 * @throws ConfigError when a variable of the environment is missing or malformed
 */
async function serve(): Promise<void> {
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
}

try {
  await serve();
} catch (error) {
  // An error that a person can mend is one line; anything else is a defect and shows its stack.
  if (!(error instanceof AirtuneError)) throw error;
  console.error(error.line);
  process.exitCode = error.exitCode;
}
