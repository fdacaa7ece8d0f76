import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { App } from 'aws-cdk-lib';
import type { DeployedPlugin } from '#cdk/deployed-plugins.ts';
import { createDeployment } from '#cdk/deployment.ts';
import { deploymentSettings } from '#cdk/deployment-settings.ts';

export interface DeployedBundle {
  readonly name: 'scheduler' | 'device';
  /** The folder that is zipped and uploaded. */
  readonly folder: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly zippedBytes: number }>>;
  readonly zippedBytes: number;
}

/** Bytes of a zip archive's entry in addition to its data: local header, central directory, names. */
const ZIP_OVERHEAD_BYTES = 200;

/**
 * Makes the functions' bundles exactly as a deployment uploads them. The caller removes `folder`.
 *
 * @param plugins the plug-ins of the deployment
 */
export function deployedBundles(plugins: readonly DeployedPlugin[] = []): {
  readonly folder: string;
  readonly bundles: readonly DeployedBundle[];
} {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-bundles-'));
  const app = new App({
    outdir: folder,
    context: {
      target: 'local',
      // Metadata that names each bundle's resource, as in the CDK command line.
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:enable-path-metadata': true,
    },
  });
  const { functions } = createDeployment(app, deploymentSettings(app), plugins);
  const assembly = app.synth();
  if (functions === undefined) throw new Error('This deployment has no functions.');
  const { template } = assembly.getStackByName(functions.stackName);
  const bundles = Object.values<Readonly<Record<string, unknown>>>(template.Resources).flatMap((resource) => {
    if (resource.Type !== 'AWS::Lambda::Function') return [];
    const metadata = Object(resource.Metadata);
    const path = String(metadata['aws:cdk:path']);
    const name = path.includes('/Scheduler/') ? ('scheduler' as const) : ('device' as const);
    return [bundleIn(name, join(folder, String(metadata['aws:asset:path'])))];
  });
  return { folder, bundles };
}

function bundleIn(name: DeployedBundle['name'], folder: string): DeployedBundle {
  const files = Object.fromEntries(
    readdirSync(folder).map((file) => {
      const content = readFileSync(join(folder, file));
      const zippedBytes = deflateRawSync(content, { level: 9 }).byteLength + ZIP_OVERHEAD_BYTES;
      return [file, { bytes: content.byteLength, zippedBytes }];
    }),
  );
  const zippedBytes = Object.values(files).reduce((sum, file) => sum + file.zippedBytes, 0);
  return { name, folder, files, zippedBytes };
}
