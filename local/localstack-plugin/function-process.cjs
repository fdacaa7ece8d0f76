'use strict';

/**
 * One execution environment of a Lambda function. Loads the handler that _HANDLER names from the code folder. Reads
 * one invocation per line from standard input and writes one result per line to the given file descriptor. The
 * function's standard output is its log.
 *
 *     node function-process.cjs CODE_FOLDER FILE_DESCRIPTOR
 */
const { writeSync } = require('node:fs');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const [codeFolder, descriptor] = process.argv.slice(2);
const [moduleName, handlerName] = process.env._HANDLER.split('.');
const answer = (value) => writeSync(Number(descriptor), `${JSON.stringify(value)}\n`);

const handler = require(join(codeFolder, moduleName))[handlerName];
answer({ ready: true });

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { requestId, arn, timeoutMs, event } = JSON.parse(line);
  const endsAt = Date.now() + timeoutMs;
  const context = {
    awsRequestId: requestId,
    invokedFunctionArn: arn,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  try {
    answer({ result: (await handler(event, context)) ?? null });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    answer({ error: { errorType: name, errorMessage: message, trace: stack?.split('\n') } });
  }
});
