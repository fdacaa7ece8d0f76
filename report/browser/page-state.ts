import type { ThemeName } from '#report/content/tones.ts';

/** The reader's choices for the whole page. */
export interface PageState {
  theme: ThemeName;
  axis: string | undefined;
  shares: boolean;
  readonly hidden: Set<string>;
}
