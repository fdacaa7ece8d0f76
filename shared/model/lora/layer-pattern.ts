import { ConfigError } from '#shared/errors.ts';

/** A name without characters of a regular expression. */
const PLAIN_NAME = /^[\w.-]+$/;

/** Whether a layer that has these names is meant. */
export type LayerPattern = (names: readonly string[]) => boolean;

/**
 * Reads the name of a layer, the end of a name after a dot, or a regular expression that matches one of
 * these. PEFT's rule for the keys of rank patterns.
 *
 * @throws {@link ConfigError} naming `subject` for an expression that cannot be read.
 */
export function layerPattern(pattern: string, subject: string): LayerPattern {
  if (PLAIN_NAME.test(pattern)) {
    return (names) => names.some((name) => name === pattern || name.endsWith(`.${pattern}`));
  }
  const expression = endExpression(pattern, subject);
  return (names) => names.some((name) => expression.test(name));
}

function endExpression(pattern: string, subject: string): RegExp {
  try {
    return new RegExp(`^(?:.*\\.)?(?:${pattern})$`, 'u');
  } catch (cause) {
    throw new ConfigError(`\`${pattern}\` is no regular expression.`, { subject, cause });
  }
}

/**
 * A function from a layer's names to the value of the first pattern that matches one of them.
 *
 * @throws {@link ConfigError} naming `subject` for an expression that cannot be read.
 */
export function firstMatch(
  patterns: Readonly<Record<string, number>>,
  subject: string,
): (names: readonly string[]) => number | undefined {
  const entries = Object.entries(patterns).map(([pattern, value]) => ({
    isMeant: layerPattern(pattern, subject),
    value,
  }));
  return (names) => entries.find(({ isMeant }) => isMeant(names))?.value;
}
