import type { OpenPlugin, PluginOpening } from './open-plugin.ts';
import { isFault, readDefinition } from './plugin-definition.ts';
import { faultError, type PluginFault, thrownFault, timeoutFault } from './plugin-fault.ts';
import { oneAfterTheOther } from './plugin-queue.ts';

/**
 * Opens a plug-in whose module is part of this program, as in a deployment's function. It runs in the
 * caller's thread, so the time limit ends a promise, but no endless loop; the function's own timeout does. It
 * receives copies of the arguments, as in a thread.
 *
 * @throws PluginError, ConfigError as {@link openModuleThread}
 */
export async function openInlineModule(exports: unknown, opening: PluginOpening): Promise<OpenPlugin> {
  const { kind, settings, subject, timeoutSeconds } = opening;
  const definition = await readDefinition(exports, kind, settings);
  if (isFault(definition)) throw faultError(definition, subject);
  const inTurn = oneAfterTheOther();
  return {
    description: definition.description,
    call: (args, place) =>
      inTurn(async () => {
        const fail = (fault: PluginFault): never => {
          throw faultError(fault, `${subject}, ${place}`);
        };
        let timer: NodeJS.Timeout | undefined;
        const limit = new Promise<'late'>((resolve) => {
          timer = setTimeout(() => resolve('late'), timeoutSeconds * 1000);
        });
        try {
          const returned = await Promise.race([
            settled(() => definition.call(...structuredClone(args))),
            limit,
          ]);
          if (returned === 'late')
            return fail(timeoutFault(`${kind.method}() did not return`, timeoutSeconds, kind.timeoutPath));
          if ('error' in returned) return fail(thrownFault(returned.error, `${kind.method}() threw`));
          return returned.value;
        } finally {
          clearTimeout(timer);
        }
      }),
    close: async () => {},
  };
}

async function settled(
  call: () => unknown,
): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}
