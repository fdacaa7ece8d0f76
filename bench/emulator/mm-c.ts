import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NumberRing } from '#emulator/kernel/number-ring.ts';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { containerParameters } from '#emulator/parameters/container-parameters.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { ContainerService } from '#emulator/services/container/container-service.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { randomStream } from '#shared/random/random-stream.ts';

// Measures the same M/M/c queue on the kernel alone, with the cloud's queue and containers, in SimPy, and in
// C by the machine's compiler; prints ratios to SimPy. They run in turns and the best time of each counts, so
// that other load affects them alike. AIRTUNE_PYTHON=/path/to/python node bench/emulator/mm-c.ts [--customers
// 200000] [--servers 5] [--rate 4] [--turns 5] [--json]

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '200000' },
    servers: { type: 'string', default: '5' },
    rate: { type: 'string', default: '4' },
    turns: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const [customers, servers, rate] = [Number(values.customers), Number(values.servers), Number(values.rate)];

interface Measured {
  readonly seconds: number;
  readonly meanSojourn: number;
}

function onKernel(): Measured {
  const startedMs = performance.now();
  const simulation = new Simulation();
  const random = randomStream(1, 'emulator');
  const waiting = new NumberRing();
  let [busy, left, sojourn] = [0, customers, 0];
  const begin = (arrivedMs: number): void => {
    busy++;
    simulation.post(simulation.nowMs + random.exponential(), done, arrivedMs);
  };
  const done = simulation.register(undefined, (arrivedMs) => {
    sojourn += simulation.nowMs - arrivedMs;
    busy--;
    if (waiting.length > 0) begin(waiting.shift());
  });
  const arrive = simulation.register(undefined, () => {
    if (busy < servers) begin(simulation.nowMs);
    else waiting.push(simulation.nowMs);
    if (--left > 0) simulation.post(simulation.nowMs + random.exponential() / rate, arrive);
  });
  simulation.post(0, arrive);
  simulation.run();
  return { seconds: (performance.now() - startedMs) / 1000, meanSojourn: sojourn / customers };
}

function throughCloud(): Measured {
  const startedMs = performance.now();
  const simulation = new Simulation();
  const random = randomStream(1, 'emulator');
  const queue = new CloudQueue<number>({
    simulation,
    parameters: queueParameters.parse({ visibilitySeconds: 43_200 }),
    messages: new MessageSlots(-1),
    random,
  });
  new ContainerService({
    simulation,
    queue,
    parameters: containerParameters.parse({
      minimumReplicas: servers,
      maximumReplicas: servers,
      batchMessages: 1,
      batchWindowMs: 0,
    }),
    receiveLatencyMs: 0,
    random,
    tokensOf: () => 1,
    work: (batch) => batch.end(simulation.nowMs + random.exponential()),
  });
  let left = customers;
  const arrive = simulation.register(undefined, () => {
    queue.send(left, simulation.nowMs, simulation.nowMs);
    if (--left > 0) simulation.post(simulation.nowMs + random.exponential() / rate, arrive);
  });
  simulation.post(0, arrive);
  simulation.run();
  return {
    seconds: (performance.now() - startedMs) / 1000,
    meanSojourn: queue.occupancy.meanSojournMs,
  };
}

function inSimPy(): Measured | undefined {
  const script = join(import.meta.dirname, 'mm_c.py');
  const python = process.env.AIRTUNE_PYTHON ?? 'python3';
  try {
    return JSON.parse(
      execFileSync(python, [script, ...[customers, servers, rate].map(String)], { encoding: 'utf8' }),
    );
  } catch {
    console.error(`SimPy did not run with ${python}; set AIRTUNE_PYTHON to a Python that has it.`);
    return undefined;
  }
}

/** Compiles the model in C and returns how to run it; undefined where there is no compiler. */
function compiled(): { readonly run: () => Measured; readonly remove: () => void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-mm-c-'));
  const program = join(folder, 'mm_c');
  const source = join(import.meta.dirname, 'mm_c.c');
  const remove = () => rmSync(folder, { recursive: true });
  const compiler = process.env.CC ?? 'cc';
  try {
    execFileSync(compiler, ['-O3', '-march=native', '-o', program, source, '-lm']);
  } catch {
    console.error(`The model in C was not compiled by ${compiler}; set CC to a compiler.`);
    remove();
    return undefined;
  }
  const numbers = [customers, servers, rate].map(String);
  return { run: () => JSON.parse(execFileSync(program, numbers, { encoding: 'utf8' })), remove };
}

const inC = compiled();
const contestants = [
  ['SimPy', inSimPy],
  ['C, binary heap', () => inC?.run()],
  ['kernel', onKernel],
  ['queue and containers', throughCloud],
] as const;

const best = new Map<string, Measured>();
for (let turn = 0; turn < Number(values.turns); turn++) {
  for (const [name, measure] of contestants) {
    // A missing peer is reported only once.
    if (turn > 0 && !best.has(name)) continue;
    const measured = measure();
    const before = best.get(name);
    if (measured !== undefined && !(before !== undefined && before.seconds <= measured.seconds)) {
      best.set(name, measured);
    }
  }
}

inC?.remove();

/** The best time of one program. */
export interface QueueTime extends Measured {
  readonly program: (typeof contestants)[number][0];
}

const times = contestants.flatMap(([program]): QueueTime[] => {
  const measured = best.get(program);
  return measured === undefined ? [] : [{ program, ...measured }];
});
if (values.json) console.log(JSON.stringify(times));
else {
  console.log(`M/M/${servers}, arrival rate ${rate}, ${customers} customers`);
  const simpy = best.get('SimPy');
  for (const { program, seconds, meanSojourn } of times) {
    const ratio = simpy === undefined ? '' : `  ${(simpy.seconds / seconds).toFixed(1)} times SimPy`;
    const throughput = `${(customers / seconds / 1000).toFixed(0)} thousand customers/s`;
    console.log(
      `${program.padEnd(22)} ${seconds.toFixed(3)} s  ${throughput}  mean sojourn ${meanSojourn.toFixed(3)}${ratio}`,
    );
  }
}
