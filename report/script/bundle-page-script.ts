import { join } from 'node:path';
import { ConfigError } from '#shared/errors.ts';

const BROWSER = join(import.meta.dirname, '..', 'browser');

/**
 * Bundles `report/browser/` with the used parts of ECharts into one script.
 *
 * @throws ConfigError when esbuild or ECharts is not installed
 */
export async function bundlePageScript(): Promise<string> {
  const { build } = await import('esbuild').catch((cause) => {
    throw notInstalled(cause);
  });
  const result = await build({
    entryPoints: [join(BROWSER, 'main.ts')],
    tsconfig: join(BROWSER, 'tsconfig.json'),
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    banner: {
      js: '/* airtune, Apache-2.0; contains Apache ECharts (Apache-2.0) and ZRender (BSD-3-Clause) */',
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  }).catch((cause) => {
    throw notInstalled(cause);
  });
  // A script element ends at this text, wherever it stands.
  return result.outputFiles[0].text
    .trimEnd()
    .replaceAll(/<\/(script)/gi, '<\\/$1')
    .replaceAll('<!--', '<\\!--');
}

function notInstalled(cause: unknown): ConfigError {
  return new ConfigError('cannot be bundled: esbuild or ECharts is missing or fails.', {
    subject: "the report's script",
    remedy: 'Install the development dependencies (npm ci), or use the built package.',
    cause,
  });
}
