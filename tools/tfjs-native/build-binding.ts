import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { NativePackage } from './native-package.ts';
import { runTool } from './run-tool.ts';

/** Path of the node-gyp that npm includes; undefined if npm did not start this process. */
function bundledNodeGyp(): string | undefined {
  const npm = process.env.npm_execpath;
  if (npm === undefined) return undefined;
  const path = resolve(dirname(npm), '../node_modules/node-gyp/bin/node-gyp.js');
  return existsSync(path) ? path : undefined;
}

/**
 * Finds a folder with Node's C headers. Any Node version will do, because Node-API is stable across
 * versions. If there is none, node-gyp downloads them.
 */
function nodeHeaders(): string | undefined {
  const candidates = [
    process.env.npm_config_nodedir,
    resolve(dirname(process.execPath), '..'),
    '/usr',
    '/usr/local',
  ];
  return candidates.find(
    (folder) => folder !== undefined && existsSync(join(folder, 'include/node/node_api.h')),
  );
}

/** Compiles the package's binding against its `deps/include` and `deps/lib`. @throws {@link ServiceError} */
export async function buildBinding(target: NativePackage, python: string): Promise<void> {
  const nodeGyp = bundledNodeGyp();
  const headers = nodeHeaders();
  const args = [
    'rebuild',
    '--module_name=tfjs_binding',
    `--module_path=${target.bindingFolder}`,
    `--napi_build_version=${target.napiVersion}`,
  ];
  const options = {
    folder: target.folder,
    environment: {
      npm_config_python: python,
      ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
    },
    limitSeconds: 900,
  };
  if (nodeGyp === undefined) await runTool('npx', ['--yes', 'node-gyp', ...args], options);
  else await runTool(process.execPath, [nodeGyp, ...args], options);
}
