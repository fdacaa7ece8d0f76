import { startMiniStack } from './ministack.ts';
import { tryLocally } from './try-locally.ts';

/**
 * npm run local:ministack: scheduler and device are Lambda functions with event source mappings, limited to
 * the permissions of their roles; the encoder is a process.
 */
await tryLocally(
  {
    name: 'MiniStack',
    start: (options) => startMiniStack({ ...options, environment: { AUTH: 'true' } }),
    settings: { compute: 'lambda' },
    workers: ['encoder'],
  },
  process.argv.slice(2),
);
