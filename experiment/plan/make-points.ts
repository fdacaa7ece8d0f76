import { basename } from 'node:path';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { isPluginReference, parseReference } from '#shared/plugins/plugin-reference.ts';
import type { ExperimentPoint } from '#shared/protocol/experiment-result.ts';
import { rawPoints, type SweepMode } from '#study/points/points.ts';
import type { Sweep } from '#study/points/sweep.ts';
import { pointLabel } from './point-label.ts';

/** A named group of settings. */
export interface NamedSettings {
  readonly name: string;
  readonly settings: RawSettings;
}

/** The grid of an experiment before its settings are checked. */
export interface Grid {
  /** Panels of a figure, such as data sets: points of different variants are not compared. */
  readonly variants: readonly NamedSettings[];
  /** Settings compared within a variant, such as policies; the others are compared with the first. */
  readonly contenders: readonly NamedSettings[];
  readonly sweeps: readonly Sweep[];
  readonly sweepMode: SweepMode;
}

/** A point before its settings are validated, with what it adds to the settings of all points. */
export interface RawPoint extends Pick<ExperimentPoint, 'name' | 'variant' | 'contender' | 'varied'> {
  readonly variantSettings: RawSettings;
  readonly contenderSettings: RawSettings;
  /** Settings that the sweeps give it. */
  readonly sweptSettings: RawSettings;
}

/**
 * The points of a grid: every variant with every contender and every combination of swept values, in this
 * order.
 */
export function gridPoints({ variants, contenders, sweeps, sweepMode }: Grid): readonly RawPoint[] {
  const places = rawPoints({}, sweeps, sweepMode);
  const shown = shownValues(sweeps);
  const unnamed = orNone(variants).flatMap((variant) =>
    orNone(contenders).flatMap((contender) =>
      places.map(({ varied, settings }) => ({
        variant: variant?.name ?? null,
        contender: contender?.name ?? null,
        varied: Object.fromEntries(Object.entries(varied).map(([path, value]) => [path, shown(value)])),
        variantSettings: variant?.settings ?? {},
        contenderSettings: contender?.settings ?? {},
        sweptSettings: settings,
      })),
    ),
  );
  const digits = Math.max(2, String(unnamed.length).length);
  return unnamed.map((point, index) => ({
    name: pointName(String(index + 1).padStart(digits, '0'), pointLabel(point)),
    ...point,
  }));
}

/** In names and tables, a plug-in is called by its file's name, unless two files have that name. */
function shownValues(sweeps: readonly Sweep[]): (value: unknown) => unknown {
  const files = sweeps.flatMap(({ values }) => values.flatMap((value) => moduleFile(value) ?? []));
  return (value) => {
    const file = moduleFile(value);
    if (file === undefined) return value;
    return files.some((other) => other !== file && basename(other) === basename(file))
      ? value
      : basename(file);
  };
}

/** The file of a plug-in's module. */
function moduleFile(value: unknown): string | undefined {
  if (typeof value !== 'string' || !isPluginReference(value)) return undefined;
  const parsed = parseReference(value);
  return parsed.kind === 'module' ? parsed.file : undefined;
}

function orNone(named: readonly NamedSettings[]): readonly (NamedSettings | undefined)[] {
  return named.length === 0 ? [undefined] : named;
}

/** A name for folders: the point's number and as much of its label as a file name takes. */
function pointName(number: string, label: string): string {
  const slug = label
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 48)
    .replace(/[-.]+$/, '');
  return slug === '' ? number : `${number}-${slug}`;
}

/** Folder of a run, relative to the experiment's folder. */
export function runFolderName({ name }: Pick<ExperimentPoint, 'name'>, seed: number): string {
  return `runs/${name}-seed-${seed}`;
}
