import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { NativePackage } from './native-package.ts';
import { runTool } from './run-tool.ts';

const PROBE_SECONDS = 5;
const INSTALL_SECONDS = 300;

/** Whether the host answers, with any status. */
async function answers(address: string): Promise<boolean> {
  return fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_SECONDS * 1000) }).then(
    () => true,
    () => false,
  );
}

/**
 * Runs the package's own installer, which downloads a prebuilt binding and library, if its host answers. The
 * installer changes its package.json and has no time limit; this function restores the file and sets a limit.
 *
 * @returns The reason of a failure, or undefined on success.
 */
export async function installPrebuilt(target: NativePackage): Promise<string | undefined> {
  if (!(await answers(target.prebuiltHost))) return 'the host of the ready-made library does not answer';
  const packageFile = join(target.folder, 'package.json');
  const original = await readFile(packageFile);
  const tools = resolve(target.folder, '../../.bin');
  try {
    await runTool(process.execPath, ['scripts/install.js'], {
      folder: target.folder,
      environment: {
        PATH: [tools, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
      },
      limitSeconds: INSTALL_SECONDS,
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  } finally {
    await writeFile(packageFile, original);
  }
}
