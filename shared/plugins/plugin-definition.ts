import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';
import type { PluginDescription } from './open-plugin.ts';
import { type PluginFault, thrownFault } from './plugin-fault.ts';
import type { PluginKind } from './plugin-kind.ts';
import { pluginSettings } from './plugin-record.ts';
import { randomSource } from './random-source.ts';
import { nextRows } from './returned-rows.ts';
import { checkSettings } from './settings-schema.ts';

/** A plug-in's definition, checked: its description, and the function that is called. */
export interface PluginDefinition {
  readonly description: PluginDescription;
  readonly call: (...args: readonly unknown[]) => unknown;
}

/** Names that a module may export its definition under, beside `default`. */
const EXPORTS = ['default', 'plugin'];

/**
 * Checks the exports of a plug-in's module, and its settings.
 *
 * @returns the definition, or the fault of the first thing that cannot be used
 */
export async function readDefinition(
  exports: unknown,
  kind: PluginKind,
  settings: unknown,
): Promise<PluginDefinition | PluginFault> {
  const definition = definitionIn(exports);
  if (definition === undefined) {
    return fault(
      'has no default export.',
      `Write: export default { interfaceVersion: ${kind.interfaceVersion}, name, ${kind.method} }.`,
    );
  }
  const { interfaceVersion, name, settings: schema } = definition;
  if (interfaceVersion !== kind.interfaceVersion) {
    const found =
      interfaceVersion === undefined
        ? 'has no interfaceVersion'
        : `is of interface version ${quoted(interfaceVersion)}`;
    return fault(
      `${found}; this airtune calls version ${kind.interfaceVersion}.`,
      'Update the plug-in, or use the airtune that it was written for.',
    );
  }
  if (typeof name !== 'string' || !/^\S(?:.{0,98}\S)?$/.test(name)) {
    return fault(`has the name ${quoted(name)}.`, 'Give it a name of 1 to 100 characters.');
  }
  const called = definition[kind.method];
  if (typeof called !== 'function') {
    const nearest = nearestName(kind.method, Object.keys(definition));
    return fault(
      `has no function ${kind.method}.`,
      nearest === undefined ? undefined : `Is ${nearest} meant to be it?`,
    );
  }
  try {
    const checked = await checkSettings(settings, schema, kind.settingsPath);
    if ('message' in checked) return { cause: 'settings', message: checked.message };
    const plain = pluginSettings.safeParse(checked.value);
    if (!plain.success)
      return fault(
        'has settings that are not plain JSON.',
        'Return an object of numbers, texts, booleans, lists and objects from the schema.',
      );
    const fields = Object.fromEntries(
      Object.entries(definition).filter(([key, value]) => key !== 'settings' && typeof value !== 'function'),
    );
    return {
      description: { name, settings: plain.data, fields },
      call: calledAs(kind, (args) => called.apply(definition, args)),
    };
  } catch (error) {
    return thrownFault(error, 'threw, while its settings were checked,');
  }
}

/** A call of a kind's function: its arguments completed, its rows in parts. */
function calledAs(
  { draws, returns }: PluginKind,
  call: (args: readonly unknown[]) => unknown,
): PluginDefinition['call'] {
  const complete = draws
    ? (args: readonly unknown[]) => call([...args, randomSource(seedOf(args[0]))])
    : call;
  if (returns !== 'rows') return (...args) => complete(args);
  const next = nextRows(complete);
  return (...args) => next(args);
}

/** The seed of the run, which is in the first argument of every call that draws. */
function seedOf(context: unknown): number {
  if (isRecord(context) && typeof context.seed === 'number') return context.seed;
  throw new TypeError('the first argument has no seed');
}

export function isFault(value: PluginDefinition | PluginFault): value is PluginFault {
  return 'cause' in value;
}

function definitionIn(exports: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(exports)) return undefined;
  const found = EXPORTS.map((name) => exports[name]).find(isRecord);
  // A CommonJS module that TypeScript compiled has its default export one level deeper.
  const inner = found?.default;
  return isRecord(inner) && found?.interfaceVersion === undefined ? inner : found;
}

function fault(message: string, remedy?: string): PluginFault {
  return { cause: 'plugin', message, remedy };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
