import { commonSeeds, contendersIn, type PanelData, type Place, placesIn } from './panel-data.ts';

/** The seeds that all runs of a panel have in common, and who has more: close verdicts have more seeds. */
export function seedsText(data: PanelData): string {
  const places = placesIn(data);
  const common = commonSeeds(places);
  const more = (place: Place): string => place.seeds.filter((seed) => !common.includes(seed)).join(', ');
  const extra = [...new Set(places.map(more))].filter((seeds) => seeds !== '');
  const parts = extra.map((seeds) => {
    const having = places.filter((place) => more(place) === seeds);
    const budgets = [...new Set(having.map(({ secondsPerBit }) => secondsPerBit))];
    const whose = budgets.map((budget) => {
      const names = having.filter(({ secondsPerBit }) => secondsPerBit === budget);
      const all = names.length === contendersIn(data).length;
      const shown = all ? 'all contenders' : names.map(({ contender }) => contender).join(', ');
      return budget === undefined ? shown : `${shown} at ${budget} s/bit`;
    });
    return `; ${seeds} too for ${whose.join(', and ')}`;
  });
  return `Seeds ${common.join(', ')}${parts.join('')}`;
}
