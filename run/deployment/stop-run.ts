import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { ConfigError } from '#shared/errors.ts';
import type { Control } from '#shared/protocol/records.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Stops a run. The round in progress is dropped; committed rounds are kept.
 *
 * @returns the control record before the call.
 * @throws ConfigError when there is no such run.
 */
export async function stopRun(objects: ObjectStore, run: string): Promise<Control> {
  const before = await readControl(objects, run);
  await new RunStore(objects).control(run).replace({ ...before, status: 'stopped' });
  return before;
}

/** The control record of a run. @throws ConfigError when there is no such run */
export async function readControl(objects: ObjectStore, run: string): Promise<Control> {
  const control = await new RunStore(objects).control(run).read();
  if (control !== undefined) return control;
  throw new ConfigError(`there is no run ${JSON.stringify(run)} in this deployment.`, {
    subject: 'RUN',
    remedy: 'airtune status lists all runs; check --deployment and --region.',
  });
}
