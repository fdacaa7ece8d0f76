import { elementCount } from '#shared/model/tensor.ts';
import { encodeModel } from './encode-model.ts';
import type {
  OnnxAttribute,
  OnnxDataType,
  OnnxDimension,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from './onnx-model.ts';
import { plainProduct } from './plain-product.ts';

/** A tensor that flows through the graph under construction. */
export interface Value {
  readonly name: string;
}

/** Attributes of an operator: a float must be marked as one, since 1 is both. */
export type Attributes = Readonly<Record<string, OnnxAttribute>>;

export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const text = (value: string): OnnxAttribute => ({ kind: 'text', value });
export const ints = (...value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });

/** Whether a product takes its factors transposed, as FusedMatMul does, or ONNX's own operators make it. */
export type Products = 'fused' | 'plain';

/** IR 8 and operator set 17 carry LayerNormalization and are read by every ONNX Runtime since 1.13. */
const IR_VERSION = 8;
const OPERATOR_SETS: ReadonlyMap<string, number> = new Map([
  ['', 17],
  ['com.microsoft', 1],
]);

/** Collects nodes in the order they are to run and writes them as one ONNX model. */
export class GraphBuilder {
  readonly #name: string;
  readonly #products: Products;
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs = new Map<string, OnnxValueInfo>();
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();

  /** @param products How products with transposed factors are written. */
  constructor(name: string, products: Products = 'fused') {
    this.#name = name;
    this.#products = products;
  }

  /** A tensor the caller feeds; asked for again it is the same one. */
  input(name: string, shape: readonly OnnxDimension[], type: OnnxDataType = 'float32'): Value {
    this.#inputs.set(name, { name, type, shape });
    return { name };
  }

  /** Hands a value of the graph to the caller, under the value's own name. */
  output(value: Value, shape: OnnxValueInfo['shape']): void {
    this.#outputs.push({ name: value.name, type: 'float32', shape });
  }

  /** Embeds a tensor in the model. */
  initializer(name: string, shape: readonly number[], data: Float32Array): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.set(name, { name, type: 'float32', shape, content: bytes });
    return { name };
  }

  /** A tensor that comes with the model but is handed over beside it, under its name. */
  external(name: string, shape: readonly number[]): Value {
    const externalBytes = elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
    this.#initializers.set(name, { name, type: 'float32', shape, content: { externalBytes } });
    return { name };
  }

  /** A scalar constant; equal constants are stored once. */
  scalar(value: number): Value {
    return this.initializer(`scalar:${value}`, [], Float32Array.of(value));
  }

  /** A shape or index list, as Reshape and Slice take it; equal lists are stored once. */
  integers(...values: readonly number[]): Value {
    const name = `integers:${values.join(',')}`;
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.#initializers.set(name, { name, type: 'int64', shape: [values.length], content: bytes });
    return { name };
  }

  /** Adds a node of ONNX's own operator set with one output, named `name` when given. */
  apply(operator: string, inputs: readonly Value[], attributes: Attributes = {}, name?: string): Value {
    const output = { name: name ?? this.#freshName(operator) };
    this.#add(operator, '', inputs, [output], attributes);
    return output;
  }

  /** Adds a node of ONNX Runtime's own operators (domain com.microsoft) with one output. */
  applyFused(operator: string, inputs: readonly Value[], attributes: Attributes = {}, name?: string): Value {
    if (operator === 'FusedMatMul' && this.#products === 'plain') {
      return plainProduct(this, inputs, attributes, name);
    }
    const output = { name: name ?? this.#freshName(operator) };
    this.#add(operator, 'com.microsoft', inputs, [output], attributes);
    return output;
  }

  /** Adds a node of ONNX's own operator set with several outputs, one for each name. */
  applyMany(
    operator: string,
    inputs: readonly Value[],
    names: readonly string[],
    attributes: Attributes = {},
  ): readonly Value[] {
    const outputs = names.map((name) => ({ name }));
    this.#add(operator, '', inputs, outputs, attributes);
    return outputs;
  }

  /** The model in ONNX's protobuf encoding. */
  build(): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      operatorSets: OPERATOR_SETS,
      graph: {
        name: this.#name,
        nodes: this.#nodes,
        initializers: [...this.#initializers.values()],
        inputs: [...this.#inputs.values()],
        outputs: this.#outputs,
      },
    });
  }

  #freshName(operator: string): string {
    return `${operator}:${this.#nodes.length}`;
  }

  #add(
    operator: string,
    domain: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: Attributes,
  ): void {
    this.#nodes.push({
      operator,
      domain,
      inputs: inputs.map((value) => value.name),
      outputs: outputs.map((value) => value.name),
      attributes: new Map(Object.entries(attributes)),
    });
  }
}
