#!/usr/bin/env node
import { wakeThreadPool } from '#shared/cloud/node/wake-thread-pool.ts';
import { EXIT_CODES } from '#shared/errors.ts';
import { main } from './main.ts';

// A reader of standard output that closes early, as in `| head`, is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// The reader of progress and warnings may close early, as in `2>&1 | head -1`. The command continues.
process.stderr.on('error', () => {});

wakeThreadPool();
process.exitCode = await main(process.argv.slice(2), process);
// Ends the process now: an abandoned step would keep it alive until the step ends.
if (process.exitCode === EXIT_CODES.interrupted) process.exit();
