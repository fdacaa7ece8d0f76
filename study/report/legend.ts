import { escapeText } from './markup.ts';
import type { Part } from './palette.ts';

/** What colours mean, under a chart. */
export function legendOf(parts: readonly Part[]): string {
  const items = parts.map(
    ({ name, colour }) =>
      `<li><span class="swatch ${colour}" aria-hidden="true"></span>${escapeText(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}
