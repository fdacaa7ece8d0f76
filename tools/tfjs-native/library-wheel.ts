import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '#shared/errors.ts';
import { runTool } from './run-tool.ts';

/** The TensorFlow release whose library the binding is linked with, and the hash of its wheel. */
const WHEEL_REQUIREMENT =
  'tensorflow-cpu==2.12.1 --hash=sha256:7ffb595707a8fb376deaddc768784c7a0242b16cbc6e06393b1733b2ce19f855';

/** Pip options that state the wheel's platform and Python, so that any Python version can download it. */
const WHEEL_PLATFORM = [
  '--only-binary=:all:',
  '--implementation=cp',
  '--python-version=3.11',
  '--abi=cp311',
  '--platform=manylinux2014_x86_64',
];

const LIBRARIES = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
};

/**
 * Python script that extracts only C headers and the two libraries from the wheel. Arguments: folder, target.
 */
const EXTRACT = `
import glob, os, shutil, sys, zipfile
[wheel] = glob.glob(os.path.join(sys.argv[1], '*.whl'))
libraries = {'tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'}
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in libraries:
            path = os.path.join(sys.argv[2], 'lib', os.path.basename(name))
        elif name.startswith('tensorflow/include/') and not name.endswith('/'):
            path = os.path.join(sys.argv[2], name[len('tensorflow/'):])
        else:
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, 'wb') as out:
            shutil.copyfileobj(source, out)
`;

/**
 * Downloads TensorFlow's Python wheel for Linux x64 (232 MB, hash checked) and extracts the files for
 * building a binding: `include/` and `lib/` under `folder`. The folder appears only when it is complete.
 *
 * @throws {@link ServiceError} if the download, its hash or the extraction fails.
 */
export async function fetchLibrary(folder: string, python: string): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, 'lib'), { recursive: true });
  const requirements = join(partial, 'requirements.txt');
  await writeFile(requirements, `${WHEEL_REQUIREMENT}\n`);
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'download', '--no-deps', '--require-hashes'];
  try {
    await runTool(python, [...pip, ...WHEEL_PLATFORM, '--dest', partial, '--requirement', requirements], {
      limitSeconds: 900,
    });
  } catch (cause) {
    throw new ServiceError('cannot be downloaded.', {
      subject: 'TensorFlow library (Python wheel)',
      remedy: "Check that this machine's pip can reach a package index.",
      cause,
    });
  }
  await runTool(python, ['-c', EXTRACT, partial, partial], { limitSeconds: 300 });
  for (const [name, file] of Object.entries(LIBRARIES)) await symlink(file, join(partial, 'lib', name));
  for (const name of await readdir(partial)) if (name.endsWith('.whl')) await rm(join(partial, name));
  await rename(partial, folder);
}
