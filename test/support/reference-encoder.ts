import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Activation, EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { layoutFor } from '#shared/model/feature-layout.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { errorFunction } from './error-function.ts';

/** Numbers by tensor name, in double precision. */
export type Doubles = ReadonlyMap<string, Float64Array>;

/** LoRA, and for DoRA the inverse lengths of the rows of its weights. */
interface LoraDoubles {
  readonly tensors: Doubles;
  readonly inverseNorms: Doubles;
}

/** One sequence's hidden states, a row for each of its real tokens. */
type Rows = readonly Float64Array[];

/**
 * Reference encoder in double precision, for comparison with the engines. It computes one sequence at a time
 * directly from the definition, without batches, padding or a matrix library.
 */
export class ReferenceEncoder {
  readonly layout: EncoderLayout;
  readonly #weights: Doubles;
  readonly #features: FeatureKind;
  readonly #scalings: ReadonlyMap<string, number>;
  readonly #outputs: ReadonlyMap<string, number>;

  constructor(server: ModelPart, features: FeatureKind, lora: LoraSettings) {
    this.#weights = new Map([...server.tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
    this.#features = features;
    const modules = loraModules(server.config, lora);
    this.#scalings = new Map(modules.map(({ name, scaling }) => [name, scaling]));
    this.#outputs = new Map(modules.map(({ name, outputs }) => [name, outputs]));
    this.layout = layoutFor(features, describeModel(server.config).layout);
  }

  /**
   * Features, a row for each sequence; of kind `tokens`, a row for each token of each sequence.
   *
   * @param fixed LoRA from which DoRA's norms are computed: they are constants for gradients.
   */
  features({ embeddings, lengths }: EmbeddedBatch, tensors: Doubles, fixed = tensors): Rows {
    const lora = { tensors, inverseNorms: this.#inverseNorms(fixed) };
    const [, tokens, hidden] = embeddings.shape;
    return Array.from(lengths).flatMap((length, sequence) => {
      const rows = Array.from({ length }, (_, token) => {
        const start = (sequence * tokens + token) * hidden;
        return Float64Array.from(embeddings.data.subarray(start, start + hidden));
      });
      return this.#sequence(rows, lora);
    });
  }

  #sequence(embedded: Rows, lora: LoraDoubles): Rows {
    const { layout } = this;
    let x = embedded;
    for (const layer of layout.layers) {
      const attend = (h: Rows): Rows => {
        const { query, key, value } = this.#projections(layer, h, lora);
        const context = this.#attention(layer, query, key, value);
        return context.map((row) => this.#dense(layer.attentionOutput, row, lora));
      };
      x = this.#residual(layer.attentionNorm, x, attend);
      x = this.#residual(layer.outputNorm, x, (h) => h.map((row) => this.#feedForward(layer, row, lora)));
    }
    x = this.#norms(layout.finalNorm, x);
    switch (this.#features) {
      case 'first-token':
        return [x[0]];
      case 'last-token':
        return [x[x.length - 1]];
      case 'tokens':
        return x;
      case 'pooled':
        return [this.#dense(layout.pooler ?? '', x[0], lora).map(Math.tanh)];
      case 'mean':
        return [x[0].map((_, i) => x.reduce((sum, row) => sum + row[i], 0) / x.length)];
    }
  }

  #projections(
    { projections }: LayerLayout,
    h: Rows,
    lora: LoraDoubles,
  ): { readonly query: Rows; readonly key: Rows; readonly value: Rows } {
    const project = (name: string) => h.map((row) => this.#dense(name, row, lora));
    if (projections.kind === 'separate') {
      const { query, key, value } = projections;
      return { query: project(query), key: project(key), value: project(value) };
    }
    const all = project(projections.all);
    const wide = this.layout.headCount * this.layout.headWidth;
    const narrow = this.layout.keyValueHeadCount * this.layout.headWidth;
    const part = (from: number, to: number) => all.map((row) => row.slice(from, to));
    return {
      query: part(0, wide),
      key: part(wide, wide + narrow),
      value: part(wide + narrow, wide + 2 * narrow),
    };
  }

  #feedForward({ feedForward: names }: LayerLayout, row: Float64Array, lora: LoraDoubles): Float64Array {
    const activate = ACTIVATIONS[this.layout.activation];
    const through = (name: string, input: Float64Array) => this.#dense(name, input, lora);
    if (names.kind === 'plain') return through(names.output, through(names.input, row).map(activate));
    const size = this.layout.intermediateSize;
    const both = names.kind === 'fused-gated' ? through(names.gateAndUp, row) : undefined;
    const gate = names.kind === 'gated' ? through(names.gate, row) : both?.slice(0, size);
    const up = names.kind === 'gated' ? through(names.up, row) : both?.slice(size);
    const inner = Float64Array.from(gate ?? [], (value, i) => activate(value) * (up?.[i] ?? 0));
    return through(names.output, inner);
  }

  #residual(norm: string | undefined, x: Rows, part: (input: Rows) => Rows): Rows {
    const plus = (rows: Rows) => rows.map((row, token) => row.map((value, i) => value + x[token][i]));
    return this.layout.normPlacement === 'after'
      ? this.#norms(norm, plus(part(x)))
      : plus(part(this.#norms(norm, x)));
  }

  #norms(name: string | undefined, rows: Rows): Rows {
    if (name === undefined) return rows;
    const weight = this.#weight(`${name}.weight`);
    const bias = this.#weights.get(`${name}.bias`);
    return rows.map((row) => {
      const mean = this.layout.norm === 'layer' ? average(row) : 0;
      const variance = average(row.map((value) => (value - mean) ** 2));
      const scale = 1 / Math.sqrt(variance + this.layout.normEpsilon);
      return row.map((value, i) => (value - mean) * scale * weight[i] + (bias?.[i] ?? 0));
    });
  }

  /** The heads of a row: normed and rotated as the model does. */
  #heads(row: Float64Array, position: number, norm: string | undefined, base: number | undefined): Rows {
    const { headWidth: width } = this.layout;
    const heads = Array.from({ length: row.length / width }, (_, head) =>
      row.slice(head * width, (head + 1) * width),
    );
    const normed = this.#norms(norm, heads);
    return base === undefined ? normed : normed.map((head) => rotated(head, position, base));
  }

  #attention(layer: LayerLayout, query: Rows, key: Rows, value: Rows): Rows {
    const { headCount, keyValueHeadCount, headWidth: width, mask } = this.layout;
    const { headNorms, rotaryBase, window = query.length } = layer;
    const keys = key.map((row, position) => this.#heads(row, position, headNorms?.key, rotaryBase));
    return query.map((row, position) => {
      const context = new Float64Array(headCount * width);
      const seen = [...key.keys()].filter(
        (token) => Math.abs(token - position) <= window && (mask !== 'causal' || token <= position),
      );
      for (const [head, q] of this.#heads(row, position, headNorms?.query, rotaryBase).entries()) {
        const shared = Math.floor((head * keyValueHeadCount) / headCount);
        const scores = seen.map((token) => product(keys[token][shared], q) / Math.sqrt(width));
        const largest = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - largest));
        const sum = powers.reduce((total, power) => total + power, 0);
        for (const [index, token] of seen.entries()) {
          for (let i = 0; i < width; i++) {
            context[head * width + i] += (powers[index] / sum) * value[token][shared * width + i];
          }
        }
      }
      return context;
    });
  }

  #dense(name: string, input: Float64Array, lora: LoraDoubles): Float64Array {
    const output = multiply(this.#weight(`${name}.weight`), input);
    const bias = this.#weights.get(`${name}.bias`);
    const { tensors, inverseNorms } = lora;
    const a = tensors.get(`${name}.lora_A.weight`);
    const b = tensors.get(`${name}.lora_B.weight`);
    const low = a === undefined || b === undefined ? undefined : multiply(b, multiply(a, input));
    const magnitude = tensors.get(`${name}.lora_magnitude_vector`);
    return output.map((value, i) => {
      const adapted = value + (this.#scalings.get(name) ?? 0) * (low?.[i] ?? 0);
      const factor = magnitude === undefined ? 1 : magnitude[i] * (inverseNorms.get(name)?.[i] ?? 1);
      return factor * adapted + (bias?.[i] ?? 0);
    });
  }

  /** The inverse length of each row of W + s B A, for every layer with LoRA. */
  #inverseNorms(lora: Doubles): Doubles {
    return new Map(
      [...this.#scalings].map(([name, scaling]) => {
        const a = lora.get(`${name}.lora_A.weight`) ?? new Float64Array();
        const b = lora.get(`${name}.lora_B.weight`) ?? new Float64Array();
        const weight = this.#weight(`${name}.weight`);
        const outputs = this.#outputs.get(name) ?? 0;
        const [inputs, rank] = [weight.length / outputs, b.length / outputs];
        const rows = Array.from({ length: outputs }, (_, row) =>
          Float64Array.from({ length: inputs }, (_value, column) => {
            let added = 0;
            for (let i = 0; i < rank; i++) added += b[row * rank + i] * a[i * inputs + column];
            return weight[row * inputs + column] + scaling * added;
          }),
        );
        return [name, Float64Array.from(rows, (row) => 1 / Math.sqrt(product(row, row)))];
      }),
    );
  }

  #weight(name: string): Float64Array {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new TypeError(`the reference lacks ${name}`);
    return weight;
  }
}

const ACTIVATIONS: Readonly<Record<Activation, (x: number) => number>> = {
  gelu,
  'gelu-tanh': (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
  silu: (x) => x / (1 + Math.exp(-x)),
};

/** Each pair (x_i, x_(i + d/2)) turned by the angle position * base^(-2i/d). */
function rotated(x: Float64Array, position: number, base: number): Float64Array {
  const half = x.length / 2;
  return x.map((value, index) => {
    const angle = position * base ** ((-2 * (index % half)) / x.length);
    const other = index < half ? -x[index + half] : x[index - half];
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

function gelu(x: number): number {
  return (x * (1 + errorFunction(x / Math.SQRT2))) / 2;
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function product(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, i) => sum + value * right[i], 0);
}

/** A matrix [rows, vector length] times a vector. */
function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  return Float64Array.from({ length: matrix.length / vector.length }, (_, row) =>
    product(matrix.subarray(row * vector.length, (row + 1) * vector.length), vector),
  );
}
