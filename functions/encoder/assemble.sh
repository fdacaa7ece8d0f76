#!/bin/sh
# Copies the files of the encoder service into a new folder: its sources, which Node runs without a build step, and the
# packages that they import, without files for other systems or browsers. The Dockerfile runs this script; it also runs
# outside Docker.
#
#     functions/encoder/assemble.sh cpu|gpu|torch FOLDER [PLUGINS]
#
# PLUGINS is the folder of a deployment's plug-ins, below the root of the sources.
set -eu

variant="${1:?cpu, gpu or torch}"
target="${2:?a folder that does not exist yet}"
plugins="${3:-functions/encoder/no-plugins}"
root="$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)"

case "$variant" in
  cpu | torch) onnxruntime=skip ;;
  # ONNX Runtime's install script calls this cuda12; since version 1.27 it is built for CUDA 13.
  gpu) onnxruntime=cuda12 ;;
  *) echo "assemble.sh: $variant: use cpu, gpu or torch." >&2; exit 2 ;;
esac
if [ -e "$target" ]; then
  echo "assemble.sh: $target exists: name a new folder." >&2
  exit 2
fi

mkdir -p "$target/functions"
cp "$root/package.json" "$root/package-lock.json" "$root/.npmrc" "$target/"
cp -R "$root/shared" "$target/shared"
cp -R "$root/$plugins" "$target/plugins"
cp -R "$root/functions/runtime" "$root/functions/exchange" "$root/functions/encoder" "$target/functions/"

if [ "$variant" = torch ]; then cp -R "$root/python" "$target/python"; fi

cd "$target"
ONNXRUNTIME_NODE_INSTALL=skip npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
if [ "$onnxruntime" != skip ]; then
  ONNXRUNTIME_NODE_INSTALL="$onnxruntime" node node_modules/onnxruntime-node/script/install.js
fi

# Delete binaries of other systems, source maps, type declarations and documents: most of the size of the packages.
system="$(node -p 'process.platform')"
machine="$(node -p 'process.arch')"
for folder in node_modules/onnxruntime-node/bin/*/*; do
  [ "$(basename "$folder")" = "$system" ] || rm -rf "$folder"
done
for folder in node_modules/onnxruntime-node/bin/*/"$system"/*; do
  [ "$(basename "$folder")" = "$machine" ] || rm -rf "$folder"
done
find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) \
  -type f -delete
