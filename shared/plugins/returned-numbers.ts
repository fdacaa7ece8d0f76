import { quoted } from '#shared/quoted.ts';

const NUMBER_ARRAYS = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Uint8Array,
];

type NumberArray = InstanceType<(typeof NUMBER_ARRAYS)[number]>;

/** The numbers of a list or typed array that a plug-in returned; undefined for anything else. */
export function returnedNumbers(value: unknown): readonly number[] | undefined {
  if (isNumberArray(value)) return Array.from(value);
  const list: readonly unknown[] = Array.isArray(value) ? value : [undefined];
  return list.every((entry) => typeof entry === 'number') ? list : undefined;
}

/** A value that a plug-in returned, for an error. */
export function returnedText(value: unknown): string {
  return value === undefined ? 'nothing' : quoted(isNumberArray(value) ? Array.from(value) : value);
}

/** Whether a value that a plug-in returned is an object with named values. */
export function isReturnedRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isNumberArray(value: unknown): value is NumberArray {
  return NUMBER_ARRAYS.some((type) => value instanceof type);
}
