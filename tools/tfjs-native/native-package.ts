import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { ServiceError } from '#shared/errors.ts';

/** Where the JavaScript half of tfjs-node lies, and where its native half belongs. */
export interface NativePackage {
  /** The installed package. */
  readonly folder: string;
  /** The Node-API version its binding is built for. */
  readonly napiVersion: number;
  /** Where it looks for `tfjs_binding.node`. */
  readonly bindingFolder: string;
  /** Where the binding looks for libtensorflow. */
  readonly libraryFolder: string;
  /** Address the ready-made binding is offered at. */
  readonly prebuiltHost: string;
  /** What is made is kept here: `npm ci` empties node_modules, not this. */
  readonly cacheFolder: string;
}

const packageSchema = z.object({
  version: z.string(),
  binary: z.object({ host: z.string(), napi_versions: z.array(z.int()) }),
});

/**
 * Finds the installed package.
 *
 * @throws {@link ServiceError} when npm left the optional dependency out.
 */
export function findNativePackage(): NativePackage {
  const packageFile = (() => {
    try {
      return createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json');
    } catch (cause) {
      throw new ServiceError('is not installed.', {
        subject: '@tensorflow/tfjs-node',
        remedy: 'Run `npm ci` without --omit=optional.',
        cause,
      });
    }
  })();
  const { version, binary } = packageSchema.parse(JSON.parse(readFileSync(packageFile, 'utf8')));
  const offered = Number(process.versions.napi);
  const napiVersion = Math.max(...binary.napi_versions.filter((candidate) => candidate <= offered));
  const folder = dirname(packageFile);
  const key = `${version}-napi${napiVersion}-${process.platform}-${process.arch}`;
  return {
    folder,
    napiVersion,
    bindingFolder: join(folder, 'lib', `napi-v${napiVersion}`),
    libraryFolder: join(folder, 'deps', 'lib'),
    prebuiltHost: binary.host,
    cacheFolder: resolve(import.meta.dirname, '../../.cache/tfjs-native', key),
  };
}
