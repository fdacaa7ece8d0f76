import type { NamedSettings } from '#experiment/plan/make-points.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';

const policy = (name: string, settings: RawSettings = {}): NamedSettings => ({
  name,
  settings: { scheduling: { policy: name, ...settings } },
});

/** The paper's four schemes (its names in `PAPER_NAMES`), `convergence`, and the paper's control. */
export const PAPER_CONTENDERS: readonly NamedSettings[] = [
  policy('set-expansion'),
  policy('all-in'),
  policy('greedy'),
  policy('equal-share'),
  policy('convergence'),
  {
    name: 'set-expansion from q0 = 0',
    settings: { scheduling: { policy: 'set-expansion', initialQueue: 'zero' } },
  },
];

/** The contenders that depend on the delay budget. */
export const BUDGETED_CONTENDERS: readonly NamedSettings[] = PAPER_CONTENDERS.filter(
  ({ name }) => name !== 'all-in',
);

/** The paper's name of each contender. */
export const PAPER_NAMES: Readonly<Record<string, string>> = {
  'all-in': 'All-in w/o delay constraint',
  'set-expansion': 'proposed scheme',
  greedy: 'GS',
  'equal-share': 'AABA',
};
