import type { Block } from '#report/content/report-content.ts';
import { type Curve, curvesFigure } from './curves.ts';

/**
 * The charts of runs on one data set: accuracy and losses, and scheduled devices, over rounds, time and cost.
 *
 * @param prefix of the charts' ids, unique in the report; empty for a report of one data set
 */
export function learningBlocks(curves: readonly Curve[], prefix: string): readonly Block[] {
  const id = (name: string): string => (prefix === '' ? name : `${prefix}-${name}`);
  const chance = curves.flatMap(({ runs }) => runs.flatMap((run) => run.chance ?? []))[0];
  return [
    curvesFigure(
      {
        id: id('test-accuracy'),
        title: 'Test accuracy',
        note: "Mean over the devices' own heads on the common test set.",
        y: { name: 'test accuracy', unit: '%' },
        references: chance === undefined ? [] : [{ name: 'chance', value: 100 * chance }],
      },
      curves,
      ({ testAccuracy }) => (testAccuracy === undefined ? undefined : 100 * testAccuracy),
    ),
    curvesFigure(
      {
        id: id('training-loss'),
        title: 'Training loss',
        note: 'Mean over the mini-batches of the devices that answered in the round.',
        y: { name: 'training loss', unit: '', scale: 'linear' },
        references: [],
      },
      curves,
      ({ trainLoss }) => trainLoss,
    ),
    curvesFigure(
      {
        id: id('devices'),
        title: 'Scheduled devices',
        y: { name: 'devices', unit: '', scale: 'linear' },
        references: [],
      },
      curves,
      ({ scheduled }) => scheduled,
    ),
  ];
}
