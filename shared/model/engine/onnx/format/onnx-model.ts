/**
 * The ONNX messages that the encoder's graphs need, as plain data. Names and meaning follow onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3); unused messages and fields are omitted.
 */

/** TensorProto.DataType by the names of ONNX Runtime's JavaScript interface. */
export const TENSOR_DATA_TYPES = { float32: 1, int32: 6, int64: 7, float16: 10 } as const;

export type OnnxDataType = keyof typeof TENSOR_DATA_TYPES;

/** In place of a shape: the value is a sequence of tensors. */
export const SEQUENCE = 'sequence';

/** A dimension: a length, or a symbol that stands for the same length at each occurrence. */
export type OnnxDimension = number | string;

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxDataType;
  readonly shape: readonly number[];
  /** Little-endian values, row-major; or the byte length of external data with the tensor's name. */
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
  /** Names of the values read; '' for an omitted optional input. */
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
  /** Version of each operator set by domain. */
  readonly operatorSets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
}
