import type { FunctionName } from '#shared/protocol/message.ts';
import { type BatchWork, createBatchHandler } from './batch-handler.ts';
import { addressesFromEnvironment, connect } from './environment.ts';
import type { FunctionPorts } from './function-ports.ts';
import { FUNCTION_SETTINGS } from './function-settings.ts';
import { type LambdaHandler, lambdaHandler } from './lambda-handler.ts';

/** A function as AWS Lambda calls it, on the cloud that its environment names. */
export function lambdaEntry(name: FunctionName, create: (ports: FunctionPorts) => BatchWork): LambdaHandler {
  const ports = connect(addressesFromEnvironment(process.env), name, writeRecord);
  const settings = { function: name, uniform: Math.random, ...FUNCTION_SETTINGS[name] };
  const handle = createBatchHandler(settings, ports, create(ports));
  return lambdaHandler(handle, ports.queues[name], performance.now());
}

/** Past the console, which would put a time and a request id before the record and so make it no JSON. */
function writeRecord(line: string): void {
  process.stdout.write(`${line}\n`);
}
