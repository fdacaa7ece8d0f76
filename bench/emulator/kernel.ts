import { parseArgs } from 'node:util';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { randomStream } from '#shared/random/random-stream.ts';

// Measures the simulation kernel's events per second with 1e3 to 1e6 pending events, as typed events and as
// closures, and each size's cost relative to the first. Hold model: every event schedules one more at a
// random time. The sizes take turns, and the fastest of several repeats counts, because other load of the
// machine only slows them.
//
//   node bench/emulator/kernel.ts [--repeats 7] [--json]

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } },
});

const EVENTS = 4_000_000;
const SIZES = [1e3, 1e4, 1e5, 1e6];

/** Random delays, drawn before the measurement, so that it excludes the generator. */
const random = randomStream(1, 'emulator');
const DELAYS = Float64Array.from({ length: 65_536 }, () => 1000 * random.uniform());

function typedEvents(pending: number): number {
  const simulation = new Simulation(0, pending);
  let left = EVENTS - pending;
  let next = 0;
  const kind = simulation.register(undefined, (first) => {
    if (left-- > 0) simulation.post(simulation.nowMs + DELAYS[next++ & 65_535], kind, first);
  });
  for (let index = 0; index < pending; index++) simulation.post(DELAYS[next++ & 65_535], kind, index);
  return secondsOf(simulation);
}

function closures(pending: number): number {
  const simulation = new Simulation(0, pending);
  let left = EVENTS - pending;
  let next = 0;
  const schedule = (index: number): void => {
    simulation.after(DELAYS[next++ & 65_535], () => {
      if (left-- > 0) schedule(index);
    });
  };
  for (let index = 0; index < pending; index++) schedule(index);
  return secondsOf(simulation);
}

/** Processor time of a simulation [s], which other load of the machine affects less than wall time. */
function secondsOf(simulation: Simulation): number {
  const before = process.cpuUsage();
  simulation.run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Rate of one kind of event with one number of pending events. */
export interface KernelRate {
  readonly events: string;
  readonly pending: number;
  /** Per second of processor time. [million] */
  readonly millionEvents: number;
}

const rates: KernelRate[] = [];
for (const [events, measure, sizes] of [
  ['typed events', typedEvents, SIZES],
  ['closures', closures, SIZES.slice(0, 2)],
] as const) {
  measure(1000);
  const seconds = sizes.map(() => Number.POSITIVE_INFINITY);
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    for (const [index, pending] of sizes.entries()) {
      seconds[index] = Math.min(seconds[index], measure(pending));
    }
  }
  for (const [index, pending] of sizes.entries()) {
    rates.push({ events, pending, millionEvents: EVENTS / seconds[index] / 1e6 });
  }
}
if (values.json) console.log(JSON.stringify(rates));
else {
  for (const { events, pending, millionEvents } of rates) {
    const [smallest] = rates.filter((rate) => rate.events === events);
    const relativeCost = smallest.millionEvents / millionEvents;
    console.log(
      `${events.padEnd(14)} ${String(pending).padStart(8)} pending  ${millionEvents.toFixed(2)} million events/s of processor time  cost ${relativeCost.toFixed(2)} of the smallest`,
    );
  }
}
