import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  type OnnxAttribute,
  type OnnxDataType,
  type OnnxDimension,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
  SEQUENCE,
  TENSOR_DATA_TYPES,
} from './onnx-model.ts';

/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** TensorProto.DataLocation. */
const EXTERNAL_DATA = 1;

/** Encodes a model in ONNX's protobuf format. Field numbers are those of onnx.proto3. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, model.irVersion);
  text(writer, 2, 'airtune');
  message(writer, 7, () => writeGraph(writer, model.graph));
  for (const [domain, version] of model.operatorSets) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      integer(writer, 2, version);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const value of graph.initializers) message(writer, 5, () => writeTensor(writer, value));
  for (const value of graph.inputs) message(writer, 11, () => writeValueInfo(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => writeValueInfo(writer, value));
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const name of node.inputs) text(writer, 1, name);
  for (const name of node.outputs) text(writer, 2, name);
  text(writer, 4, node.operator);
  for (const [name, attribute] of node.attributes) {
    message(writer, 5, () => writeAttribute(writer, name, attribute));
  }
  text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: OnnxAttribute): void {
  text(writer, 1, name);
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      integer(writer, 3, attribute.value);
      break;
    case 'text':
      text(writer, 4, attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) integer(writer, 8, value);
      break;
  }
  integer(writer, 20, ATTRIBUTE_TYPES[attribute.kind]);
}

function writeTensor(writer: BinaryWriter, value: OnnxTensor): void {
  for (const length of value.shape) integer(writer, 1, length);
  integer(writer, 2, TENSOR_DATA_TYPES[value.type]);
  text(writer, 8, value.name);
  if (value.content instanceof Uint8Array) {
    writer.tag(9, WireType.LengthDelimited).bytes(value.content);
    return;
  }
  entry(writer, 13, 'location', value.name);
  entry(writer, 13, 'length', String(value.content.externalBytes));
  integer(writer, 14, EXTERNAL_DATA);
}

function writeValueInfo(writer: BinaryWriter, { name, type, shape }: OnnxValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, () => {
    if (shape !== SEQUENCE) message(writer, 1, () => writeTensorType(writer, type, shape));
    else
      message(writer, 4, () =>
        message(writer, 1, () => message(writer, 1, () => writeElementType(writer, type))),
      );
  });
}

function writeElementType(writer: BinaryWriter, type: OnnxDataType): void {
  integer(writer, 1, TENSOR_DATA_TYPES[type]);
}

function writeTensorType(writer: BinaryWriter, type: OnnxDataType, shape: readonly OnnxDimension[]): void {
  writeElementType(writer, type);
  message(writer, 2, () => {
    for (const dimension of shape) {
      message(writer, 1, () => {
        if (typeof dimension === 'number') integer(writer, 1, dimension);
        else text(writer, 2, dimension);
      });
    }
  });
}

function entry(writer: BinaryWriter, field: number, key: string, value: string): void {
  message(writer, field, () => {
    text(writer, 1, key);
    text(writer, 2, value);
  });
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
