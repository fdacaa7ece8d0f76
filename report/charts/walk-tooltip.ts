import { escapeText } from '#report/page/markup.ts';
import type { WalkSeries } from './drawing.ts';
import { markPlace } from './mark-place.ts';

/** A tooltip formatter that shows the text of the mark under the pointer. */
export function walkTooltip(walk: readonly WalkSeries[]): (parameters: unknown) => string {
  const texts = new Map(
    walk.flatMap(({ items }) =>
      items.map(({ seriesIndex, dataIndex, text }) => [`${seriesIndex}:${dataIndex}`, text] as const),
    ),
  );
  return (parameters) => {
    const place = markPlace(parameters);
    return place === undefined ? '' : escapeText(texts.get(`${place.seriesIndex}:${place.dataIndex}`) ?? '');
  };
}
