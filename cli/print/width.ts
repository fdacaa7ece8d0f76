import type { Environment } from '#shared/environment.ts';

/** Width if the stream is not a terminal and the environment sets none. */
const DEFAULT_WIDTH = 80;

/** Largest width of printed tables and lines: the terminal's width, else `COLUMNS`, else 80. */
export function printWidth(
  stream: { readonly columns?: number | undefined },
  environment: Environment,
): number {
  // A terminal of unknown size reports 0.
  const known = [stream.columns, Number(environment.COLUMNS)];
  return known.find((width) => Number.isSafeInteger(width) && (width ?? 0) > 0) ?? DEFAULT_WIDTH;
}
