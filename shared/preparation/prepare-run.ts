import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { featuresOf } from '#shared/config/run-features.ts';
import { selectExamples } from '#shared/data/example-set.ts';
import { encodeShard } from '#shared/data/shard.ts';
import { requireFeatures, requireTrainable } from '#shared/model/features.ts';
import { readLanguageModel } from '#shared/model/hugging-face/language-model.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { finalNormForm } from '#shared/model/language/final-norm.ts';
import { outputMatrix } from '#shared/model/language/language-head.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { initialOptimizerState } from '#shared/model/optimizer/optimizer.ts';
import { splitModel, writeModelPart } from '#shared/model/split-model.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';
import { openRunChannel } from '#shared/protocol/open-run-channel.ts';
import { RUN_RECORD_VERSION, type RunRecord } from '#shared/protocol/run-record.ts';
import type { DataSummary } from '#shared/protocol/run-result.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { type ContentHashes, contentHashes } from './content-hashes.ts';
import { dataSummary, labelCounts } from './data-summary.ts';
import { dealOut } from './deal-out.ts';
import { type ExampleCache, NO_CACHE } from './encoded-examples.ts';
import { lawOfRun } from './law-of-run.ts';
import { loadExamples } from './load-examples.ts';
import { payloadBits } from './payload-bits.ts';
import { type PreparationProgress, SILENT } from './preparation-progress.ts';
import { PreparedParts } from './prepared-parts.ts';
import { NO_PREPARED_PLUGINS, type PreparedPlugins } from './prepared-plugins.ts';
import { sequenceTokens } from './sequence-tokens.ts';

/** A prepared run, with the hashes and the model's configuration for writers of results. */
export interface PreparedRun {
  readonly record: RunRecord;
  readonly hashes: ContentHashes;
  readonly data: DataSummary;
  readonly modelConfig: ReturnType<typeof splitModel>['server']['config'];
}

/**
 * Prepares a run: splits the model into device part and encoder, partitions the data set, and stores model
 * parts, shards, run record and first checkpoint. Prepared parts are named by the hash of their contents, so
 * runs share them. Preparing again changes nothing, except that old parts are written again to renew their
 * age.
 *
 * @param run name of the run
 * @param nowMs time of day, by which the age of parts is computed
 * @param progress shows the rows that are read
 * @param plugins the plug-ins that the settings name, and their host
 * @param cache texts that earlier runs have tokenised
 * @throws ModelError, DataError, ConfigError, PluginError naming the cause, before anything is stored
 */
export async function prepareRun(
  config: RunConfig,
  run: string,
  objects: ObjectStore,
  nowMs: number,
  progress: PreparationProgress = SILENT,
  plugins: PreparedPlugins = NO_PREPARED_PLUGINS,
  cache: ExampleCache = NO_CACHE,
): Promise<PreparedRun> {
  const { directory, imageSize, bitsPerWeight } = config.model;
  const features = featuresOf(config);
  const isLanguage = features === 'tokens';
  const read = isLanguage ? readLanguageModel : readModelDirectory;
  const model = await read(directory, imageSize);
  const { device, server } = splitModel(model, isLanguage ? 'language' : 'features');
  requireFeatures(features, server);
  requireTrainable(features, model.config, config.lora);
  const lora = initialLora(model.config, config.lora, config.seed, server.tensors);
  const loaded = await loadExamples(config, model.config, { progress, plugins, cache });
  const { labelNames, train, test } = loaded;
  const classCount = labelNames.length;
  const dealt = dealOut(config, loaded);
  const shards = dealt.map((rows) => selectExamples(train, rows));

  const prepared = new PreparedParts();
  const [deviceModel, encoderModel] = [device, server].map((part) => writeModelPart(part, bitsPerWeight));
  prepared.add(preparedKeys.deviceModel, deviceModel);
  prepared.add(preparedKeys.encoderModel, encoderModel);
  prepared.add(preparedKeys.testSet, encodeShard({ examples: test, classCount }));
  shards.forEach((examples, index) => {
    prepared.add((hash) => preparedKeys.shard(hash, index), encodeShard({ examples, classCount }));
  });
  const bits = payloadBits(config, model.config);
  const channel = await openRunChannel({ config, plugins: plugins.records }, plugins.host);
  const record: RunRecord = {
    version: RUN_RECORD_VERSION,
    run,
    config,
    plugins: plugins.records,
    prepared: await prepared.store(objects, nowMs),
    hiddenSize: model.config.hiddenSize,
    sequenceTokens: sequenceTokens(config, model.config),
    labelNames: [...labelNames],
    ...(loaded.score === undefined ? {} : { score: { ...loaded.score } }),
    ...(isLanguage ? { finalNorm: [...finalNormForm(model.config).tensors] } : {}),
    ...(isLanguage && config.head.train === 'all' ? { vocabularySize: outputMatrix(device).shape[0] } : {}),
    labelCounts: shards.map((shard) => labelCounts(shard, classCount)),
    payloadBits: bits,
    controlLaw: await lawOfRun(config, channel, bits),
  };
  const optimizerState = initialOptimizerState(config.server.optimizer, lora);
  const store = new RunStore(objects);
  await store.checkpoint(run, 0).decide({ lora, optimizerState });
  await store.run(run).decide(record);
  const hashes = contentHashes([deviceModel, encoderModel], labelNames, [train, test]);
  return { record, modelConfig: model.config, hashes, data: dataSummary(config, loaded, dealt) };
}
