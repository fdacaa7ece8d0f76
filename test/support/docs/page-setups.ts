import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LocalDeployment, type StackSettings } from '#local/local-deployment.ts';
import { type HubRepository, startHub } from '#test/support/hub-server.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { startOtlpCollector } from '#test/support/otlp-collector.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import {
  imageTable,
  models,
  photos,
  put,
  QUICKSTART_DATA,
  questions,
  reviews,
  rows,
  sentenceModel,
  sentenceModelFiles,
  shownFile,
  textTable,
} from './page-files.ts';

/** A text in the commands of a page, and the text that a test has in its place. */
export type Replacement = readonly [found: string, text: string];

/** What the commands of a page find when they run, beside the files that the page shows. */
export interface PageSetup {
  /**
   * Puts files into the folder in which the commands run, and starts servers.
   *
   * @returns variables of the environment, and addresses in place of the page's
   */
  readonly prepare?: (folder: string) => Promise<Prepared>;
  /** Commands that a reader has run before, on this or another page. */
  readonly before?: readonly string[];
  /** Smaller sizes, and values of placeholders. Each text is in the page's commands. */
  readonly replaced?: readonly Replacement[];
}

export interface Prepared {
  readonly environment?: Readonly<Record<string, string>>;
  readonly replaced?: readonly Replacement[];
}

/** The name of the deployment's first run, for RUN. */
const FIRST_RUN = '$(npx airtune status --json | head -1 | sed \'s/.*"run":"\\([^"]*\\)".*/\\1/\')';

/** A tiny deployed run. */
const SMALL_DEPLOYED = '--devices 2 --rounds 2 --set data.testExamples=10';

export const PAGE_SETUPS: Readonly<Record<string, PageSetup>> = {
  'README.md': {
    prepare: async (folder) => {
      models(folder);
      reviews(folder);
      put(folder, 'qa.jsonl', questions());
      put(folder, 'mine.ts', shownFile('docs/plug-ins.md', 'strongest.ts'));
      const hub = await hubOf(folder, [sentenceModel()]);
      const cloud = await deployment();
      const { url } = await startOtlpCollector();
      return {
        environment: { ...hub, ...cloud.environment },
        replaced: [
          ['http://127.0.0.1:4566', cloud.endpoint],
          ['http://localhost:4318', url],
        ],
      };
    },
    replaced: [
      ['run --out out/first', 'run --out out/first --rounds 3'],
      ['run --trace-rounds last', 'run --trace-rounds last --rounds 3'],
      ['run --otlp', 'run --rounds 3 --otlp'],
      ['--label-column stars', '--label-column stars --rounds 2 --devices 5'],
      ['--devices 20 --rounds 60', '--devices 5 --rounds 2'],
      ['--lora-targets all-linear', '--lora-targets all-linear --rounds 2 --devices 3'],
      ['--preset city', '--preset city --rounds 3 --devices 200'],
      ['--devices 10000', '--devices 1000 --rounds 4'],
      ['--preset figure-3 --quick', '--preset figure-3 --quick --rounds 2 --seeds 1 --devices 4'],
      ['--seeds 1..3', '--seeds 1..2 --rounds 2 --devices 4'],
      ['--target-accuracy 80%', '--target-accuracy 40%'],
      ['--preset gpu-shortage', '--preset gpu-shortage --devices 10 --rounds 1'],
      ['--endpoint http://127.0.0.1:4566', `--endpoint http://127.0.0.1:4566 ${SMALL_DEPLOYED}`],
      ['aws --devices 20 --rounds 40', `aws ${SMALL_DEPLOYED}`],
      ['stop RUN', `stop ${FIRST_RUN}`],
      ['dead-letters RUN', `dead-letters ${FIRST_RUN}`],
    ],
  },
  'docs/data.md': {
    prepare: async (folder) => {
      models(folder);
      reviews(folder);
      put(folder, 'corpus.txt', questions().replaceAll(/\W+/g, ' ').replaceAll('completion', '\n'));
      put(folder, 'qa.jsonl', questions());
      await photos(folder);
      const images = await imageTable();
      put(folder, 'images.parquet', images);
      return {
        environment: await hubOf(folder, [
          sentenceModel(),
          { kind: 'dataset', name: 'owner/name', files: { 'train-0.parquet': images } },
          {
            kind: 'dataset',
            name: 'stanfordnlp/imdb',
            files: {
              'plain_text/train-0.parquet': textTable(80),
              'plain_text/test-0.parquet': textTable(20),
              'other/train-0.parquet': textTable(10),
            },
          },
        ]),
      };
    },
    replaced: [
      ['--label-column stars', '--label-column stars --rounds 2 --devices 5'],
      ['--lora-targets all-linear', '--lora-targets all-linear --rounds 2 --devices 3'],
      ['--preset images', '--preset images --rounds 2 --devices 3 --set model.features=first-token'],
      ['data.subset=plain_text', 'data.subset=plain_text --rounds 2 --devices 4'],
    ],
  },
  'docs/deploying.md': {
    prepare: async () => {
      const { environment, endpoint } = await deployment();
      return { environment, replaced: [['http://127.0.0.1:4566', endpoint]] };
    },
    replaced: [
      ['aws --devices 20 --rounds 40', `aws ${SMALL_DEPLOYED}`],
      ['--endpoint http://127.0.0.1:4566', `--endpoint http://127.0.0.1:4566 ${SMALL_DEPLOYED}`],
      ['stop RUN', `stop ${FIRST_RUN}`],
      ['dead-letters RUN', `dead-letters ${FIRST_RUN}`],
    ],
  },
  'docs/experiments.md': {
    before: [
      'npx airtune run --rounds 3 --devices 5 --out out/first',
      'npx airtune run --rounds 3 --devices 5 --policy greedy --out out/second',
      'npx airtune calibrate out/first --out calibrated.yaml',
      'npx airtune study --devices 20 --rounds 3 --out study-out',
    ],
    replaced: [
      ['--preset figure-3 --quick', '--preset figure-3 --quick --rounds 2 --seeds 1 --devices 4'],
      ['--seeds 1..3', '--seeds 1..2 --rounds 2 --devices 4'],
      ['plan.yaml', 'plan.yaml --rounds 2 --devices 4 --seeds 1..2'],
      ['--target-accuracy 80%', '--target-accuracy 40%'],
      ['--preset gpu-shortage', '--preset gpu-shortage --devices 10 --rounds 1'],
    ],
  },
  'docs/export.md': {
    prepare: async () => {
      const { url } = await startOtlpCollector();
      return { replaced: [['http://localhost:4318', url]] };
    },
    before: ['npx airtune run --rounds 3 --out out/first'],
    replaced: [
      ['run --out out/second', 'run --out out/second --rounds 3'],
      ['--trace-rounds 10-12', '--trace-rounds 10-12 --rounds 12 --devices 4'],
    ],
  },
  'docs/models-and-lora.md': {
    prepare: async (folder) => {
      models(folder);
      return {};
    },
    replaced: [
      ['--task sst2', '--task sst2 --rounds 2 --devices 3'],
      // The model's folder also holds images.
      ['--data path/to/cifar10', '--data path/to/ViT --rounds 2 --devices 3'],
      ['imageSize=112', 'imageSize=16'],
    ],
  },
  'docs/plug-ins.md': {
    prepare: async (folder) => {
      models(folder);
      put(folder, 'other.ts', shownFile('docs/plug-ins.md', 'rayleigh.ts').replace("'rayleigh'", "'other'"));
      put(
        folder,
        'reviews.txt',
        rows(60)
          .map(({ text, label }) => `${label}\n${text}`)
          .join('\n\n'),
      );
      const { environment } = await deployment(
        { policy: join(folder, 'strongest.ts'), channel: join(folder, 'rayleigh.ts') },
        ['--optimizer', join(folder, 'sign.ts')],
      );
      return { environment };
    },
    replaced: [
      ['airtune run', 'airtune run --rounds 2 --devices 5'],
      ['--target aws', `--target aws ${SMALL_DEPLOYED}`],
    ],
  },
  'docs/precision.md': {
    replaced: [['server.engine=torch', 'server.engine=torch --rounds 2 --devices 4']],
  },
  'docs/reports.md': {
    before: ['npx airtune run --rounds 3 --out out/run-DIR'],
    replaced: [['run --watch', 'run --watch --rounds 3']],
  },
  'docs/reproduction.md': {
    prepare: async (folder) => {
      for (const [name, content] of Object.entries(sentenceModelFiles()))
        put(folder, `MINILM/${name}`, content);
      for (const [name, content] of Object.entries(tinyViTAndImages())) put(folder, `VIT/${name}`, content);
      for (const [name, content] of Object.entries(tinyViTAndImages()))
        put(folder, `IMAGES/${name}`, content);
      cpSync(QUICKSTART_DATA, join(folder, 'DATA/sst2'), { recursive: true });
      for (const part of ['train', 'dev']) {
        const pairs = rows(40);
        const table = (header: string, row: (text: string, label: number) => string): string =>
          `${header}\n${pairs.map(({ text, label }) => row(text, label)).join('\n')}\n`;
        put(
          folder,
          `DATA/mrpc/${part}.tsv`,
          table(
            'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String',
            (text, label) => `${label}\t1\t2\t${text}\t${text}`,
          ),
        );
        put(
          folder,
          `DATA/qnli/${part}.tsv`,
          table(
            'index\tquestion\tsentence\tlabel',
            (text, label) => `1\t${text}\t${text}\t${label === 1 ? '' : 'not_'}entailment`,
          ),
        );
      }
      return {};
    },
    replaced: [
      ['--model MINILM --data DATA', '--model MINILM --data DATA --rounds 1 --seeds 1 --devices 4'],
      [
        '--model VIT --data DATA',
        '--model VIT --data IMAGES --rounds 1 --seeds 1 --devices 4 --batch-size 2 --set model.features=first-token --set model.imageSize=16',
      ],
      ['--quick', '--quick --rounds 1 --seeds 1 --devices 4'],
    ],
  },
  'docs/traces.md': {
    prepare: async (folder) => {
      const cells = Array.from(
        { length: 80 },
        (_, at) => `${at % 20},${1 + Math.floor(at / 20)},${-80 - ((at * 7) % 23)}`,
      );
      put(folder, 'gains.csv', `device,round,gainDb\n${cells.join('\n')}\n`);
      for (const name of ['bus', 'tram']) put(folder, `traces/${name}.log`, '0 1.5\n1 0\n2 12.25\n3 7\n');
      return {};
    },
    replaced: [['--devices 20 --rounds 60', '--devices 20 --rounds 4']],
  },
  'docs/training.md': {
    prepare: async (folder) => {
      models(folder);
      const pairs = rows(60).map(({ text, label }, at) => `${text},${text},${label + (at % 5) / 10}`);
      put(folder, 'pairs.csv', `sentence1,sentence2,similarity\n${pairs.join('\n')}\n`);
      return {};
    },
    replaced: [
      ['value: 0.9', 'value: 0.5'],
      ['run --out out/schedules', 'run --out out/schedules --rounds 8 --devices 4'],
      ['--task text', '--task text --rounds 2 --devices 4'],
    ],
  },
};

async function hubOf(
  folder: string,
  repositories: readonly HubRepository[],
): Promise<Readonly<Record<string, string>>> {
  const hub = await startHub(repositories);
  onTestFinished(() => hub.stop());
  return { HF_ENDPOINT: hub.url, AIRTUNE_CACHE: join(folder, '.cache') };
}

/** A deployment on MiniStack, with an encoder, as `npx cdk deploy --all` makes it on AWS. */
async function deployment(
  settings: StackSettings = {},
  worker: readonly string[] = [],
): Promise<{ readonly environment: Readonly<Record<string, string>>; readonly endpoint: string }> {
  const { endpoint } = await miniStackOfTest();
  const deployed = new LocalDeployment(endpoint);
  onTestFinished(() => deployed.stop());
  await deployed.bootstrap();
  await deployed.deploy(settings);
  await deployed.startWorker(['encoder'], undefined, worker);
  return { environment: deployed.environment, endpoint };
}
