import type { Measured } from '#bench/performance/figures.ts';
import { measureEmulator } from './emulator.ts';
import { measureEngine, measureFamilies } from './engine.ts';
import { measureGrowth } from './growth.ts';
import { measureJobs } from './jobs.ts';
import { measureLimits } from './limits.ts';
import { measureMemory } from './memory.ts';
import { measureReadingAhead } from './reading-ahead.ts';
import { measureRound } from './round.ts';
import { measureRun } from './run.ts';
import { measureStart } from './start.ts';

/** A part of the page that is measured by itself. */
export interface PerformancePart {
  readonly name: string;
  readonly title: string;
  /** What the figures mean, in Markdown. */
  readonly about: string;
  /** Heading of the column of ratios. */
  readonly ratio: string;
  /** What limits the figures that miss their targets, and what would mend it, in Markdown. */
  readonly outlook: string;
  measure(): Promise<Measured>;
}

export const PARTS: readonly PerformancePart[] = [
  {
    name: 'limits',
    title: 'Limits of the machine',
    about: 'What the machine does at most in plain products of matrices, and in a plain copy.',
    ratio: '',
    outlook: '',
    measure: measureLimits,
  },
  {
    name: 'engine',
    title: 'Engine',
    about:
      'A step of one mini-batch: forward, and backward to the LoRA gradients, beside PyTorch with PEFT. Both run with as many threads as cores, in turns. The ratio is PyTorch’s time by the engine’s, the median over the steps, which is not always the quotient of the two median times: more is faster.',
    ratio: 'PyTorch / engine',
    outlook:
      'On the AMD machine, which has no AVX-512, every case reaches its target. On the Intel machine, two thirds to three quarters of a MiniLM step are products of matrices (profile by node). Larger runs are no faster: with ViT-Tiny and MiniLM, runs of 520, 800 and 1,600 tokens took the same processor time within what repeats differ by. Of ViT-Tiny’s forward pass 54 % are products, of its backward pass 67 % (BERT-base: 80 and 89 %). Most of the rest are passes over whole activations, which PyTorch does within other operators: the bias of each layer, and GELU with its slope in eight operators. ONNX Runtime has no operator for the slope of GELU on a processor; one would come nearer.',
    measure: measureEngine,
  },
  {
    name: 'families',
    title: 'Families',
    about:
      'The same for one model of each other form, in two engines: LoRA at queries and values, or at the one layer that makes both (GPT-2, ModernBERT). Weights are random, because time does not depend on them.',
    ratio: 'PyTorch / engine',
    outlook:
      'On the AMD machine both engines reach their targets with every family. The target of the torch engine is lower, because these steps are small: they have at most 2,048 tokens. RoBERTa’s graph is that of BERT-base, DeiT’s that of ViT-Tiny; what the engine loses in them on the Intel machine is said above. The torch engine computes as PyTorch does, and passes embeddings and gradients to it and back. Ratios of one case differ by up to 0.1 between measurements on this machine, whose speed changes within minutes.',
    measure: measureFamilies,
  },
  {
    name: 'round',
    title: 'Round',
    about:
      'A warm round of `airtune run` with 16 examples a device of at most 64 tokens: devices, encoder, messages, checksums and forcing to the disk, beside one step of the engine on one batch of as many tokens without padding. The ratio is what a round costs by what its arithmetic costs, the median of some turns: less is better.',
    ratio: 'round / step',
    outlook:
      'On the AMD machine, whose speed changes within minutes, seven readings of one day were 1.37, 1.39, 1.41, 1.41, 1.50, 1.58 and 1.94 with ten devices, and 1.27 to 1.59 with fifty; in three of them run and step took no turns yet, and the two lowest were taken while the host was quiet. A device’s mini-batch is one packed run, whatever the lengths of its texts. The packed engine alone takes 1.1 to 1.25 times the padded step: the gathers of attention and of the LoRA gradients, and padding in attention (by node, 69 % of a packed backward pass are products, 77 % of a padded one). Of a round of ten MiniLM devices the main thread spends 84 % in ONNX Runtime, 3.5 to 4 % waiting for files and 1 % collecting garbage; embeddings, seals and checks of messages, checksums and sums of gradients are the rest. Bias and LoRA’s term within the product (Gemm) were tried: the additions became shorter and the products longer by as much. A round makes some 270 calls on files, each of which goes to Node’s thread pool and back; 33 of them force a file, which takes 0.4 ms each on this machine. What would come nearer: fewer such calls, and embeddings and messages on a second thread while the encoder computes.',
    measure: measureRound,
  },
  {
    name: 'run',
    title: 'Run',
    about:
      'Ten MiniLM devices beside Flower, as its examples write a client and tuned by hand, each with its better setting ([what is compared](beside-flower.md)). The ratio is Flower’s time by airtune’s.',
    ratio: 'Flower / airtune',
    outlook:
      'On the AMD machine, whose speed changes within minutes, four readings of one day were 4.61, 4.03, 3.61 and 3.74 times Flower’s examples a warm round (4.96, 4.33, 3.93 and 3.99 over 60 rounds), and 3.10, 3.06, 2.80 and 2.34 times the tuned client (3.58, 3.49, 3.19 and 2.69); the last two took three turns, the others one. A run of 60 rounds is the time from the start of the process to the end of the first round, and 59 times the median of the warm rounds that were measured. What a round of airtune takes beyond its arithmetic is said under Round.',
    measure: measureRun,
  },
  {
    name: 'jobs',
    title: 'Jobs',
    about:
      'Runs of an experiment, each a process: two at once with one thread each. The ratio is the time of the run beside it by the time that the two take for each run: more is faster.',
    ratio: 'throughput',
    outlook: '',
    measure: measureJobs,
  },
  {
    name: 'reading-ahead',
    title: 'Reading ahead',
    about:
      'A round of 200 devices over a real queue and a real object store: the encoder reads answers, embeddings and gradients while others are on their way. The ratio is the time with one request in flight by the time with several: more is faster.',
    ratio: 'one / several',
    outlook: '',
    measure: measureReadingAhead,
  },
  {
    name: 'emulator',
    title: 'Emulator',
    about:
      'The kernel’s events, an M/M/c queue beside SimPy and a program in C, and a modelled round of up to a million devices. The fastest of several repeats counts. The ratio is the time of what is beside it by airtune’s: more is faster.',
    ratio: 'beside / airtune',
    outlook:
      'A device’s round is six events, of about 1 µs each, and four messages. An event costs about the same with 10,000 devices, whose data fit into the processor’s caches, as with a million: its instructions take the time. Of a profile of a million devices (AMD EPYC) a quarter is the kernel, a third the modelled handlers, a quarter the queues, functions and containers, and a tenth each the accounts of latency and collecting garbage. The kernel alone waits for memory with a million events pending, where an entry is also moved up to five times. With few devices, the time by event is mostly that of a study’s set-up. Readings of one build differed by 40 % within ten minutes on this host; sizes and policies take turns for that reason.',
    measure: measureEmulator,
  },
  {
    name: 'start',
    title: 'Start',
    about:
      'From the second start on, when Node has compiled the code. Beside it is Node without a program, in turns.',
    ratio: '',
    outlook:
      'Most of `schedule` is Node’s work to load almost 90 modules. The command finds its own ones without Node’s search through package.json (`bin/own-modules.cjs`): in turns, the fastest of twenty starts took 88 ms in place of 105 (AMD EPYC; the Intel machine has not been measured with it). All of them in one file, made by esbuild, would take less still, but a checkout would have to build it anew after each change.',
    measure: measureStart,
  },
  {
    name: 'memory',
    title: 'Memory',
    about: 'The whole process: devices, encoder, scheduler and store.',
    ratio: '',
    outlook:
      'Three runs in turns with the code before took 885 to 897 MB beside 951 to 980 (AMD EPYC): tests of small batches no longer load a graph of their own with a copy of the weights. In an earlier reading of 890 MB, about 155 were the program before it reads the model, 40 the heap of V8 and 370 array buffers (100 of them parts of the model and shards, which store and functions share, the rest activations of ten devices between forward and backward, in buffers that are used again). The rest is in ONNX Runtime: the weights of each graph, and memory that it keeps between runs. Without its arena the peak was 55 MB lower, and a step of the engine took up to 13 % longer (MiniLM, AMD EPYC); without packed weights it was 20 MB lower, and slower too. One heap of the C library for all threads (MALLOC_ARENA_MAX) saves 15 MB.',
    measure: measureMemory,
  },
  {
    name: 'growth',
    title: 'Memory over many rounds',
    about: 'The quick start with 2 devices and 2 short examples each, whose memory is read every 100 rounds.',
    ratio: 'last / settled',
    outlook:
      'What grows is what the result needs: the metrics and commits of the rounds, 11 kB a round with ten devices (the heap after collecting garbage, quick start, rounds 100 to 400: 31.9 to 34.6 MB; array buffers stayed at 26 MB). What rises and falls is array buffers that V8 has not collected yet. On the Intel machine V8 chose the growth of its heap itself, and memory stayed near 750 MB; with the fixed growth of today it was 235 to 630 MB. Of heads and checkpoints a warm function keeps the last two versions.',
    measure: measureGrowth,
  },
];
