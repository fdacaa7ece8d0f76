import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { copyAssets } from './package/assets.ts';
import { copyBundledPackages } from './package/bundled-packages.ts';
import { importedPackages } from './package/imported-packages.ts';
import { jsonObjectOf } from './package/json-object.ts';
import { provenanceOf } from './package/provenance.ts';
import { publishedManifest } from './package/published-manifest.ts';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * `npm run build`: makes the package that is published, in `dist/`. `npm pack ./dist` packs it.
 *
 * `--systems linux-x64,darwin-arm64` names the systems whose ONNX Runtime libraries travel with it.
 */
const { values } = parseArgs({
  options: {
    systems: { type: 'string', default: 'linux-x64' },
    out: { type: 'string', default: join(ROOT, 'dist') },
  },
});
const target = resolve(values.out);
const systems = values.systems.split(',');
const repository = jsonObjectOf(join(ROOT, 'package.json'));

rmSync(target, { recursive: true, force: true });
const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
const project = join(ROOT, 'tsconfig.build.json');
execFileSync(process.execPath, [compiler, '-p', project, '--outDir', target], { stdio: 'inherit' });
const built = globSync('**/*.js', { cwd: target });
const imported = importedPackages(built.map((file) => readFileSync(join(target, file), 'utf8')));

// The script of a report's page runs in the reader's browser: a file of its own, with the charts.
const scripts = join(target, 'report/script');
if (existsSync(scripts)) {
  execFileSync(process.execPath, [join(ROOT, 'report/script/build.ts'), scripts], { stdio: 'inherit' });
}
copyAssets(ROOT, target);
const { copies: bundled, needs } = copyBundledPackages(ROOT, target, systems);
writeJson('package.json', publishedManifest(repository, imported, needs));
const typescript = String(jsonObjectOf(join(ROOT, 'node_modules/typescript/package.json')).version);
writeJson('provenance.json', provenanceOf(ROOT, target, repository, { bundled, systems, typescript }));
process.stdout.write(`${target}: ${repository.name} ${repository.version} for ${systems.join(', ')}\n`);

function writeJson(name: string, value: unknown): void {
  writeFileSync(join(target, name), `${JSON.stringify(value, undefined, 2)}\n`);
}
