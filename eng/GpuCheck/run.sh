#!/usr/bin/env bash
# Runs an exported pipeline on a GPU and compares it with the native one, at batches of 1, 32 and 1024. Ends with an error where the GPU is not used.
#
#   eng/GpuCheck/run.sh Cuda                 NVIDIA: driver, CUDA 12 and cuDNN 9 are installed, Microsoft.ML.OnnxRuntime.Gpu restores
#   eng/GpuCheck/run.sh WebGpu LIBRARY       any card with Vulkan: LIBRARY is a libonnxruntime.so.1 with the WebGPU provider, for example that of the
#                                            npm package onnxruntime-node (bin/napi-v6/linux/x64); libvulkan.so.1 and the card's driver are installed
#
# More arguments for the sample may follow, for example --train A_TRAIN.ts --test A_TEST.ts.
set -euo pipefail
provider=${1:?name the execution provider: Cuda or WebGpu}
shift
cd "$(dirname "$0")/../.."
flavor=Cpu
[ "$provider" = Cuda ] && flavor=Gpu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet build -c Release -p:OnnxRuntimeFlavor=$flavor -o "$out/app" src/Samples
if [ "$provider" != Cuda ]; then
    library=${1:?name the native library that has the provider}
    shift
    find "$out/app" -name 'libonnxruntime.so*' -exec cp -f "$library" {} \;
fi
for batch in 1 32 1024; do
    echo "== $provider, batches of $batch"
    dotnet "$out/app/Samples.dll" onnx --provider "$provider" --no-fallback --batch $batch --out "$out/files" "$@"
done
