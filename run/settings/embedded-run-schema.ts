import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';

/** Settings of a run on the embedded host: those of every run, and parameters of the virtual cloud. */
export const embeddedRunSchema = runConfigSchema.safeExtend({ cloud: cloudParameters.prefault({}) });
