/**
 * Text from outside (a message, a file, a service) made safe to print as one line: line breaks and tabs become
 * spaces, other control characters and marks of writing direction their code point, as `\u{1b}`. Printed raw, they
 * could move a terminal's cursor, change its title or reorder what is read.
 */
export function printable(text: string): string {
  return text
    .replaceAll(/[\t\n\r]+/g, ' ')
    .replaceAll(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `\\u{${code.toString(16)}}`;
    });
}
