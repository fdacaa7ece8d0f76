import { describe, expect, test } from 'vitest';
import { SERIES_TONES, SURFACES, type ThemeName, TONES, type Tone } from '#report/content/tones.ts';

const THEMES: readonly ThemeName[] = ['light', 'dark'];
const NAMES = Object.keys(TONES) as readonly Tone[];

/** Relative luminance of a colour such as #2563ab, as the Web Content Accessibility Guidelines define it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

describe.each(THEMES)('in the %s theme', (theme) => {
  const { panel, paper, ink, dim } = SURFACES[theme];

  test.each(NAMES)('marks of %s stand out by 3:1 from what they are drawn on', (tone) => {
    expect(contrast(TONES[tone][theme], panel)).toBeGreaterThanOrEqual(3);
    expect(contrast(TONES[tone][theme], paper)).toBeGreaterThanOrEqual(3);
  });

  test('text, names of lines included, stands out by 4.5:1', () => {
    const texts = [ink, dim, ...SERIES_TONES.map((tone) => TONES[tone][theme])];
    for (const text of texts) expect(contrast(text, panel), text).toBeGreaterThanOrEqual(4.5);
  });
});
