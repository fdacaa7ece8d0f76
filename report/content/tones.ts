/**
 * Colours by meaning. Each has at least 3:1 contrast to the page in the light and in the dark theme.
 *
 * - `radio`: transmission; `compute`: work of devices and encoder; `waiting`: queues, cold starts, busy
 *   encoders; `control`: scheduling and commit; `idle`: waiting for others
 */
export const TONES = {
  radio1: { light: '#1d4f91', dark: '#5b9be0' },
  radio2: { light: '#3b7dc4', dark: '#9cc4f0' },
  radio3: { light: '#5288cc', dark: '#4784cc' },
  compute1: { light: '#1e5b34', dark: '#7fd096' },
  compute2: { light: '#2f7d4a', dark: '#55b56f' },
  compute3: { light: '#3c8f5a', dark: '#a5dfb0' },
  compute4: { light: '#57902f', dark: '#3f9b57' },
  waiting1: { light: '#a8480b', dark: '#f2a65a' },
  waiting2: { light: '#c65a12', dark: '#e0703a' },
  waiting3: { light: '#a87400', dark: '#f6c86f' },
  control: { light: '#7a4fb5', dark: '#b394e0' },
  idle: { light: '#767f8b', dark: '#939ca8' },
  series1: { light: '#2563ab', dark: '#6aa8ea' },
  series2: { light: '#c2410c', dark: '#f0834d' },
  series3: { light: '#2e7d46', dark: '#5fc07a' },
  series4: { light: '#7e3fa8', dark: '#c08ee0' },
  series5: { light: '#946800', dark: '#d7ab2c' },
  series6: { light: '#b8256e', dark: '#ee7abd' },
  series7: { light: '#0f7c8a', dark: '#3fc1d1' },
  series8: { light: '#5b6470', dark: '#a8b1bc' },
} as const;

export type Tone = keyof typeof TONES;

/** Tones of series and of parts without a tone, in order; later ones use them again. */
export const SERIES_TONES = [
  'series1',
  'series2',
  'series3',
  'series4',
  'series5',
  'series6',
  'series7',
  'series8',
] as const satisfies readonly Tone[];

export type ThemeName = 'light' | 'dark';

/** Colours of the page itself. */
export const SURFACES = {
  light: { ink: '#1c2024', dim: '#565f6a', paper: '#ffffff', panel: '#f6f7f9', rule: '#d9dde3' },
  dark: { ink: '#e8eaed', dim: '#a9b1bb', paper: '#15181c', panel: '#1e2328', rule: '#3a424b' },
} as const;

/** The tone at a place of the series. */
export function seriesTone(index: number): Tone {
  return SERIES_TONES[index % SERIES_TONES.length];
}
