import * as z from 'zod';
import { readSettingsFile } from '#cli/settings/read-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import type { GivenConstants } from './theorem-terms.ts';

const constant = z.number().nonnegative();

const constantsSchema = z.strictObject({
  initialGap: constant.describe('loss above the optimum at the start'),
  learningRate: constant.describe("the server's learning rate"),
  polyakLojasiewicz: constant.describe('mu of the Polyak-Lojasiewicz inequality'),
  smoothness: constant.describe('smoothness of the loss'),
  gradientVariance: constant.describe('bound on the variance of each entry of a local gradient'),
  loraParameters: constant.describe('elements of all LoRA matrices'),
  headParameters: constant.describe("elements of one device's head"),
});

/**
 * Reads the constants.
 *
 * @throws ConfigError naming the file, or the constant that is missing or out of range.
 */
export async function readConstants(path: string): Promise<GivenConstants> {
  return parseStrict(constantsSchema, await readSettingsFile(path), path);
}
