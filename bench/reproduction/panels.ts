/** A panel of a figure of the paper, and its committed table. */
export interface Panel {
  /** Name of the table below docs/reproduction/, without `.csv`. */
  readonly table: string;
  readonly preset: string;
  readonly quick: boolean;
  /** Variant of the preset; undefined for a preset without variants. */
  readonly variant: string | undefined;
  /** A name for readers. */
  readonly title: string;
  /** Command that makes its runs. */
  readonly command: string;
}

const full = (preset: string, variant: string, title: string, model: string): Panel => ({
  table: `${preset}-${variant}`,
  preset,
  quick: false,
  variant,
  title,
  command: `npx airtune experiment --preset ${preset} --variants ${variant} --model ${model} --data DATA --out out/${preset}-${variant}`,
});

const quick = (preset: string, title: string): Panel => ({
  table: `${preset}-quick`,
  preset,
  quick: true,
  variant: undefined,
  title,
  command: `npx airtune experiment --preset ${preset} --quick --out out/${preset}-quick`,
});

/** Every panel, in the order of the paper. */
export const PANELS: readonly Panel[] = [
  full('figure-3', 'sst2', 'SST-2 with MiniLM', 'MINILM'),
  full('figure-3', 'mrpc', 'MRPC with MiniLM', 'MINILM'),
  full('figure-3', 'qnli', 'QNLI with MiniLM', 'MINILM'),
  quick('figure-3', 'quick form of figure 3: synthetic sentences, small model'),
  full('figure-4', 'cifar10', 'CIFAR-10 with ViT-Tiny', 'VIT'),
  quick('figure-4', 'quick form of figure 4: synthetic sentences, larger mini-batches'),
  full('figure-5', 'cifar10', 'CIFAR-10 with ViT-Tiny by delay budget', 'VIT'),
  quick('figure-5', 'quick form of figure 5: synthetic sentences by delay budget'),
];

/** The table of figure 6, which no runs are needed for. */
export const PLANNING_TABLE = 'figure-6';
