#!/bin/sh
# Puts what the encoder service needs to run into a folder: its sources, which Node runs as they are, and the packages
# they import, without what belongs to other systems or to a browser. The Dockerfile runs this, and so can anyone.
#
#     functions/encoder/assemble.sh cpu|gpu FOLDER
set -eu

variant="${1:?cpu or gpu}"
target="${2:?a folder that does not exist yet}"
root="$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)"

case "$variant" in
  cpu) onnxruntime=skip ;;
  # What ONNX Runtime names so has been built for CUDA 13 since its 1.27.
  gpu) onnxruntime=cuda12 ;;
  *) echo "assemble.sh: $variant: use cpu or gpu." >&2; exit 2 ;;
esac
if [ -e "$target" ]; then
  echo "assemble.sh: $target is there already: name a new folder." >&2
  exit 2
fi

mkdir -p "$target/functions"
cp "$root/package.json" "$root/package-lock.json" "$root/.npmrc" "$target/"
cp -R "$root/shared" "$target/shared"
cp -R "$root/functions/runtime" "$root/functions/exchange" "$root/functions/encoder" "$target/functions/"

cd "$target"
ONNXRUNTIME_NODE_INSTALL=skip npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
if [ "$onnxruntime" != skip ]; then
  ONNXRUNTIME_NODE_INSTALL="$onnxruntime" node node_modules/onnxruntime-node/script/install.js
fi

# Binaries of other systems, builds for browsers, maps and types: most of what npm brought.
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
