/** Longest quotation of a file or setting in a message, in characters. */
const LONGEST = 80;

/** A value as JSON for a message, truncated if it is long. */
export function quoted(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
