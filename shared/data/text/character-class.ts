/** Inside of a regular expression's character class, from ranges of code points in hexadecimal: `2e 3a-3b`. */
export function characterClass(ranges: string): string {
  return ranges.replaceAll(/[0-9a-f]+/g, (code) => `\\u{${code}}`).replaceAll(' ', '');
}
