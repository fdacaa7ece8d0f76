import { join } from 'node:path';
import * as z from 'zod';
import { type CloudParameters, cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { ConfigError } from '#shared/errors.ts';
import { readRegularText } from '#shared/read-file.ts';

const hostAddressSchema = z.discriminatedUnion('target', [
  z.strictObject({
    version: z.literal(1),
    target: z.literal('embedded'),
    run: z.string(),
    /** Absent in folders of earlier versions, whose runs have the default parameters. */
    cloud: cloudParameters.prefault({}),
  }),
  z.strictObject({
    version: z.literal(1),
    target: z.literal('aws'),
    run: z.string(),
    endpoint: z.url(),
    region: z.string(),
  }),
  z.strictObject({
    version: z.literal(1),
    target: z.literal('deployment'),
    run: z.string(),
    deployment: z.string(),
    region: z.string(),
    endpoint: z.url().optional(),
  }),
]);

/** The host of a run, stored in the output folder as `run.json`; `--resume` opens the same host. */
export type HostAddress = z.output<typeof hostAddressSchema>;

/** Name of every embedded run. Its folder holds no other run, so the name need not be unique. */
const EMBEDDED_RUN = 'run';

/** The address of a run on the virtual cloud in this process. */
export function embeddedAddress(cloud: CloudParameters): HostAddress {
  return { version: 1, target: 'embedded', run: EMBEDDED_RUN, cloud };
}

const pathOf = (directory: string): string => join(directory, 'run.json');

export function writeHostAddress(directory: string, address: HostAddress): Promise<void> {
  return writeWholeFile(pathOf(directory), `${JSON.stringify(address, null, 2)}\n`);
}

/**
 * Reads the address of a run's host. @throws ConfigError when the folder is not the output folder of a run
 */
export async function readHostAddress(directory: string): Promise<HostAddress> {
  const path = pathOf(directory);
  try {
    return hostAddressSchema.parse(JSON.parse(await readRegularText(path, ConfigError)));
  } catch (cause) {
    throw new ConfigError('is not the output folder of a run of this version.', {
      subject: directory,
      remedy: 'Name the --out folder of an interrupted run.',
      cause,
    });
  }
}
