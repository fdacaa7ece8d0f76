import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { carryError, type StudyTask, type WorkerMessage } from './study-task.ts';

/** A thread that runs points, one at a time, as it is told. */
const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of a study.');

// Every thread strips and compiles all modules again: most of its start, unless an earlier one has left what
// came of it in Node's cache. A cache that cannot be written only costs that time.
enableCompileCache();
const { runPoint } = await import('#study/model/run-point.ts');
flushCompileCache();

const say = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', (task: StudyTask) => {
  try {
    say({ kind: 'done', result: runPoint(task.settings, (round) => say({ kind: 'round', round })) });
  } catch (error) {
    say({ kind: 'failed', error: carryError(error) });
  }
});
