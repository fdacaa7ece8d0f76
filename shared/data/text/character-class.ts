/**
 * Converts ranges of hexadecimal code points, such as `2e 3a-3b`, to the content of a regular expression's
 * character class.
 */
export function characterClass(ranges: string): string {
  return ranges.replaceAll(/[0-9a-f]+/g, (code) => `\\u{${code}}`).replaceAll(' ', '');
}
