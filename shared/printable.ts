/**
 * Makes untrusted text (from a message, a file, a service) safe to print as one line. Line breaks and tabs
 * become spaces. Other control characters and marks of writing direction become their code point, as
 * `\u{1b}`; printed raw, they could move a terminal's cursor, change its title or reorder the text.
 */
export function printable(text: string): string {
  return text
    .replaceAll(/[\t\n\r]+/g, ' ')
    .replaceAll(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `\\u{${code.toString(16)}}`;
    });
}
