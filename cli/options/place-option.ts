import { Argument, Option } from 'commander';
import { ConfigError } from '#shared/errors.ts';

/**
 * An option whose value is a folder, a file, an address, or a name of one of these.
 *
 * An empty value is refused. Node resolves an empty path to the current folder, so `--out "$UNSET"` in a
 * script would otherwise write to the folder in which the script runs.
 */
export function placeOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((value) => requirePlace(value, nameOf(option)));
}

/** The same for an option that may be given several times; its value is the list of all values. */
export function placesOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((value, before: readonly string[] = []) => [
    ...before,
    requirePlace(value, nameOf(option)),
  ]);
}

/** An argument of the same kind, such as `<folder>`. */
export function placeArgument(name: string, description: string): Argument {
  return new Argument(name, description).argParser((value) => requirePlace(value, name));
}

function nameOf({ long, flags }: Option): string {
  return long ?? flags;
}

/** Returns the value. @throws ConfigError if it is empty or blank. */
export function requirePlace(value: string, subject: string): string {
  if (value.trim() !== '') return value;
  throw new ConfigError('is empty.', {
    subject,
    remedy: 'Name a place; . is the current folder. Is a variable of a script unset?',
  });
}
