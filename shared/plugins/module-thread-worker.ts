import { registerHooks } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadAnswer, ThreadOpening } from './module-thread.ts';
import { isFault, type PluginDefinition, readDefinition } from './plugin-definition.ts';
import { type PluginFault, thrownFault } from './plugin-fault.ts';

/** The thread of a plug-in's module: imports it, and calls its function. */
const port = parentPort;
if (port === null) throw new Error('This file is the thread of a plug-in.');

// A plug-in may use the packages of airtune (`zod`, `airtune/scheduling`) where its own folder has none.
registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!/^(?:airtune|zod)(?:\/|$)/.test(specifier)) throw error;
      try {
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      } catch {
        throw error;
      }
    }
  },
});

const say = (answer: ThreadAnswer): void => port.postMessage(answer);

const opening: ThreadOpening = workerData;
const folderUrl = new URL('.', pathToFileURL(opening.file)).href;
const loaded = load(opening);
// Listening keeps the thread alive while the module is imported, so that the time limit decides.
port.on('message', async (args: readonly unknown[]) => {
  const definition = await loaded;
  if (!isFault(definition)) say(await called(definition, args));
});
const first = await loaded;
say(isFault(first) ? { kind: 'fault', fault: first } : { kind: 'ready', description: first.description });

async function load({ file, kind, settings }: ThreadOpening): Promise<PluginDefinition | PluginFault> {
  try {
    const exports: unknown = await import(pathToFileURL(file).href);
    return await readDefinition(exports, kind, settings);
  } catch (error) {
    return { ...thrownFault(error, 'cannot be imported:', folderUrl), remedy: importRemedy(error, file) };
  }
}

async function called({ call }: PluginDefinition, args: readonly unknown[]): Promise<ThreadAnswer> {
  try {
    const value: unknown = await call(...args);
    // Fails here, inside the try, if the value is not plain data.
    return { kind: 'returned', value: structuredClone(value) };
  } catch (error) {
    return { kind: 'fault', fault: thrownFault(error, `${opening.kind.method}() threw`, folderUrl) };
  }
}

function importRemedy(error: unknown, file: string): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
      return 'Install the package beside the plug-in, or correct the path.';
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return 'A plug-in in a package has to be JavaScript.';
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return 'Node removes types only: write no enums, namespaces or parameter properties.';
    case 'ERR_INVALID_TYPESCRIPT_SYNTAX':
      return undefined;
    default:
      // Node does not say where in a JavaScript module its syntax is wrong.
      return error instanceof SyntaxError ? `\`node --check ${basename(file)}\` shows the place.` : undefined;
  }
}
