import type { FunctionName } from '#shared/protocol/message.ts';
import { type BatchHandler, type BatchWork, createBatchHandler } from './batch-handler.ts';
import { addressesFromEnvironment, connect } from './environment.ts';
import type { FunctionPorts } from './function-ports.ts';
import { FUNCTION_SETTINGS } from './function-settings.ts';
import { withRetryDelays } from './retry-later.ts';

/** The wait before a failed message comes again: up to 1 s after its first receipt, doubling, up to a minute. */
const REDELIVERY = { baseMs: 1000, capMs: 60_000 } as const;

/** A function as AWS Lambda calls it, on the cloud that its environment names. */
export function lambdaEntry(name: FunctionName, create: (ports: FunctionPorts) => BatchWork): BatchHandler {
  const ports = connect(addressesFromEnvironment(process.env), name, writeRecord);
  const work = createBatchHandler({ function: name, ...FUNCTION_SETTINGS[name] }, ports, create(ports));
  const backoff = { clock: ports.clock, uniform: Math.random, ...REDELIVERY };
  const handle = withRetryDelays(work, ports.queues[name], backoff);
  // The first invocation of an instance waited for the instance to start.
  let coldStartMs = performance.now();
  return (event, context) => {
    const invocation = { getRemainingTimeInMillis: () => context.getRemainingTimeInMillis(), coldStartMs };
    coldStartMs = 0;
    return handle(event, invocation);
  };
}

/** Past the console, which would put a time and a request id before the record and so make it no JSON. */
function writeRecord(line: string): void {
  process.stdout.write(`${line}\n`);
}
