import { statSync } from 'node:fs';
import { heartbeatFile, isAlive } from './heartbeat.ts';

/** The container's health check: fails when the encoder has not shown a sign of life for too long. */
const file = heartbeatFile(process.env);
const lastMs = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
process.exitCode = isAlive(lastMs, Date.now()) ? 0 : 1;
