import { startLocalStack } from './localstack.ts';
import { LOCALSTACK_FUNCTIONS } from './localstack-functions.ts';
import { tryLocally } from './try-locally.ts';

/**
 * npm run local:localstack [-- --lambda]: LocalStack without Docker provides queues, bucket and alarms; a
 * process that polls the queues runs the functions. With --lambda, LocalStack runs scheduler and device as
 * Node processes, with event source mappings.
 */
const runArguments = process.argv.slice(2);
const asLambda = runArguments.includes('--lambda');
await tryLocally(
  asLambda
    ? {
        name: 'LocalStack',
        start: (options) => startLocalStack({ ...options, environment: LOCALSTACK_FUNCTIONS }),
        settings: { compute: 'lambda' },
        workers: ['encoder'],
      }
    : {
        name: 'LocalStack',
        start: startLocalStack,
        settings: { compute: 'worker' },
        workers: ['scheduler', 'device', 'encoder'],
      },
  runArguments.filter((argument) => argument !== '--lambda'),
);
