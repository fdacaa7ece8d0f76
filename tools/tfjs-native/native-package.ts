import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { ServiceError } from '#shared/errors.ts';

/** Locations of the installed tfjs-node package and of its native part. */
export interface NativePackage {
  /** Folder of the installed package. */
  readonly folder: string;
  /** The Node-API version its binding is built for. */
  readonly napiVersion: number;
  /** Folder from which the package loads `tfjs_binding.node`. */
  readonly bindingFolder: string;
  /** Folder from which the binding loads libtensorflow. */
  readonly libraryFolder: string;
  /** Address of the prebuilt binding. */
  readonly prebuiltHost: string;
  /** Cache of built files; `npm ci` empties node_modules but not this folder. */
  readonly cacheFolder: string;
}

const packageSchema = z.object({
  version: z.string(),
  binary: z.object({ host: z.string(), napi_versions: z.array(z.int()) }),
});

/**
 * Finds the installed package.
 *
 * @throws {@link ServiceError} if npm did not install the optional dependency.
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
