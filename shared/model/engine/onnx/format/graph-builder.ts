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

/** A tensor inside the graph, by name. */
export interface Value {
  readonly name: string;
}

/** Attributes of an operator. Each states its type, because the number 1 may be a float or an integer. */
export type Attributes = Readonly<Record<string, OnnxAttribute>>;

export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const text = (value: string): OnnxAttribute => ({ kind: 'text', value });
export const ints = (...value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });

/** IR 8 and operator set 17 include LayerNormalization; ONNX Runtime reads them from version 1.13 on. */
const IR_VERSION = 8;
const OPERATOR_SETS: ReadonlyMap<string, number> = new Map([
  ['', 17],
  ['com.microsoft', 1],
]);

/** Collects nodes in execution order and encodes them as one ONNX model. */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs = new Map<string, OnnxValueInfo>();
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares a tensor that the caller feeds. A repeated call with the same name returns the same input. */
  input(name: string, shape: readonly OnnxDimension[], type: OnnxDataType = 'float32'): Value {
    this.#inputs.set(name, { name, type, shape });
    return { name };
  }

  /** Declares a value of the graph as an output, under the value's own name. */
  output(value: Value, shape: OnnxValueInfo['shape']): void {
    this.#outputs.push({ name: value.name, type: 'float32', shape });
  }

  /** Embeds a tensor in the model. */
  initializer(name: string, shape: readonly number[], data: Float32Array): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.set(name, { name, type: 'float32', shape, content: bytes });
    return { name };
  }

  /** Declares a tensor of the model whose data is passed to the session as external data, under its name. */
  external(name: string, shape: readonly number[]): Value {
    const externalBytes = elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
    this.#initializers.set(name, { name, type: 'float32', shape, content: { externalBytes } });
    return { name };
  }

  /** A scalar constant; equal constants are stored once. */
  scalar(value: number): Value {
    return this.initializer(`scalar:${value}`, [], Float32Array.of(value));
  }

  /** A constant list of 64-bit integers, such as a shape for Reshape; equal lists are stored once. */
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
