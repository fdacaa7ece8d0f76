import { PluginError } from '#shared/errors.ts';
import type { OptimizerStep } from '#shared/model/optimizer/optimizer.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { HostedPlugin } from '#shared/plugins/plugin-host.ts';
import { isReturnedRecord, returnedText } from '#shared/plugins/returned-numbers.ts';
import type { OptimizerInput, TensorValues } from './define-optimizer.ts';

/** A round's gradient, and the parameters and state before the step. */
export interface PluginStep extends Pick<OptimizerInput, 'round' | 'rounds' | 'scheduleFactor'> {
  readonly parameters: NamedTensors;
  readonly gradients: NamedTensors;
  readonly state: NamedTensors;
}

/** Most values of the state, which is part of every checkpoint, by value of the parameters. */
const MOST_STATE_FACTOR = 16;

/**
 * One step of an optimiser plug-in, checked.
 *
 * @throws PluginError naming the plug-in, the round and the tensor that cannot be used
 */
export async function stepByPlugin(
  { record, subject, call }: HostedPlugin,
  { round, rounds, scheduleFactor, parameters, gradients, state }: PluginStep,
): Promise<OptimizerStep> {
  const place = `round ${round + 1}`;
  const input: OptimizerInput = {
    round,
    rounds,
    scheduleFactor,
    parameters: valuesOf(parameters),
    shapes: Object.fromEntries([...parameters].map(([name, { shape }]) => [name, shape])),
    gradients: valuesOf(gradients),
    state: valuesOf(state),
  };
  const returned = await call([input, record.settings], place);
  const fail = (message: string, remedy?: string): never => {
    throw new PluginError(message, {
      subject: `${subject}, ${place}`,
      ...(remedy === undefined ? {} : { remedy }),
    });
  };
  if (!isReturnedRecord(returned) || !isReturnedRecord(returned.parameters)) {
    return fail(`returned ${returnedText(returned)}.`, 'Return { parameters: {...}, state: {...} }.');
  }
  const values = returned.parameters;
  const unknown = Object.keys(values).find((name) => !parameters.has(name));
  if (unknown !== undefined) fail(`returned the parameter ${unknown}, which is none.`);
  const updated = [...parameters].map(([name, { shape, data }]): [string, Tensor] => {
    const value = tensorValues(values[name], `parameter ${name}`, fail);
    if (value.length !== data.length) {
      fail(`returned ${value.length} values of parameter ${name}, which has ${data.length}.`);
    }
    return [name, { shape, data: value }];
  });
  return { parameters: new Map(updated), state: stateOf(returned.state, sizeOf(parameters), fail) };
}

function stateOf(given: unknown, parameters: number, fail: Fail): NamedTensors {
  if (given === undefined) return new Map();
  if (!isReturnedRecord(given)) return fail(`returned the state ${returnedText(given)}.`, STATE_REMEDY);
  const tensors = Object.entries(given).map(([name, value]): [string, Tensor] => {
    const data = tensorValues(value, `state ${name}`, fail);
    return [name, { shape: [data.length], data }];
  });
  const state = new Map(tensors.sort(([one], [other]) => (one < other ? -1 : 1)));
  const most = MOST_STATE_FACTOR * parameters;
  if (sizeOf(state) > most) {
    fail(
      `returned a state of ${sizeOf(state)} values; at most ${most} are allowed.`,
      'Return only values that the next step needs.',
    );
  }
  return state;
}

const STATE_REMEDY = 'Return an object of Float32Arrays by name.';

type Fail = (message: string, remedy?: string) => never;

/** A returned tensor, checked to be finite 32-bit floats. */
function tensorValues(value: unknown, what: string, fail: Fail): Float32Array {
  if (!(value instanceof Float32Array)) {
    return fail(`returned ${what} as ${returnedText(value)}.`, 'Return a Float32Array.');
  }
  const wrong = value.findIndex((one) => !Number.isFinite(one));
  if (wrong >= 0) fail(`returned ${value[wrong]} at index ${wrong} of ${what}; every value must be finite.`);
  return value;
}

function valuesOf(tensors: NamedTensors): TensorValues {
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
}

function sizeOf(tensors: NamedTensors): number {
  return [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
}
