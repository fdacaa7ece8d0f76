import { statSync } from 'node:fs';
import { heartbeatFile, isAlive } from './heartbeat.ts';

/** The container's health check: fails when the encoder's last heartbeat is too old. */
const file = heartbeatFile(process.env);
const lastMs = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
process.exitCode = isAlive(lastMs, Date.now()) ? 0 : 1;
