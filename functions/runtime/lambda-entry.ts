import { FUNCTIONS, type LambdaFunction } from '#shared/protocol/functions.ts';
import { type BatchWork, createBatchHandler } from './batch-handler.ts';
import { addressesFromEnvironment, connect } from './environment.ts';
import type { FunctionPorts } from './function-ports.ts';
import { type LambdaHandler, lambdaHandler } from './lambda-handler.ts';

/** Creates the AWS Lambda handler of a function. Addresses come from the environment. */
export function lambdaEntry(
  name: LambdaFunction,
  create: (ports: FunctionPorts) => BatchWork,
): LambdaHandler {
  const ports = connect(addressesFromEnvironment(process.env), name, writeRecord);
  const settings = { queue: name, uniform: Math.random, ...FUNCTIONS[name] };
  const handle = createBatchHandler(settings, ports, create(ports));
  return lambdaHandler(handle, ports.queues[name], performance.now());
}

/**
 * Writes a log line directly to stdout: Lambda's console would put a time and a request id before it, so that
 * it would not be JSON.
 */
function writeRecord(line: string): void {
  process.stdout.write(`${line}\n`);
}
