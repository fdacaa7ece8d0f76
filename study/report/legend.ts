import { escapeText } from './markup.ts';
import type { Part } from './palette.ts';

/** The legend below a chart: each colour with its name. */
export function legendOf(parts: readonly Part[]): string {
  const items = parts.map(
    ({ name, colour }) =>
      `<li><span class="swatch ${colour}" aria-hidden="true"></span>${escapeText(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}
