/**
 * The handful of ONNX messages the encoder's graphs are made of, as plain data. Names and meaning follow
 * onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3); only what is used is here.
 */

/** TensorProto.DataType, by the names ONNX Runtime's JavaScript interface uses. */
export const TENSOR_DATA_TYPES = { float32: 1, int32: 6, int64: 7, float16: 10 } as const;

export type OnnxDataType = keyof typeof TENSOR_DATA_TYPES;

/** Instead of a shape: a list of tensors rather than one. */
export const SEQUENCE = 'sequence';

/** A dimension: a length, or a symbol that stands for one length wherever it appears. */
export type OnnxDimension = number | string;

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxDataType;
  readonly shape: readonly number[];
  /** Little-endian values, row-major; or only how many there are, and they come from outside under the tensor's name. */
  readonly content: Uint8Array | { readonly externalBytes: number };
}

export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] };

export interface OnnxNode {
  readonly operator: string;
  /** Operator set: '' is ONNX's own, 'com.microsoft' ONNX Runtime's additions. */
  readonly domain: string;
  /** Names of the values read; '' stands for an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxDataType;
  readonly shape: readonly OnnxDimension[] | typeof SEQUENCE;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Version of each operator set in use, by domain. */
  readonly operatorSets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
}
