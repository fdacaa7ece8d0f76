import type { ThemeName } from '#report/content/tones.ts';

/** What the reader has chosen for the whole page. */
export interface PageState {
  theme: ThemeName;
  axis: string | undefined;
  shares: boolean;
  readonly hidden: Set<string>;
}
