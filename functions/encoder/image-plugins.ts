import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { deployedPlugins } from '#shared/plugins/bundled-plugins.ts';
import { openModuleThread } from '#shared/plugins/module-thread.ts';
import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';

/** `plugins.json`: the plug-ins that a deployment built into the encoder's image. */
const listSchema = z.array(
  z.strictObject({ kind: z.string().min(1), sha256: z.string().min(1), file: z.string().min(1) }),
);

/** The plug-ins of the encoder's image, each in its own thread; none if the folder has no `plugins.json`. */
export async function imagePlugins(folder: URL): Promise<PluginHost> {
  const text = await readFile(new URL('plugins.json', folder), 'utf8').catch(() => undefined);
  if (text === undefined) return NO_PLUGINS;
  return deployedPlugins(listSchema.parse(JSON.parse(text)), ({ file }, opening) =>
    openModuleThread(fileURLToPath(new URL(file, folder)), opening),
  );
}
