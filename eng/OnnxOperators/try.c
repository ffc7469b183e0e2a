/* Scores a file of OnnxForm.Function through the C interface of ONNX Runtime, with and without the library of operators,
   and prints the time of a call and whether the values agree. The file has one input [N, T] and an output of float32, for
   example the one of: dotnet run -c Release --project src/Samples -- onnx --form function, which has T = 128 and Score.

   gcc -O2 -I HEADERS eng/OnnxOperators/try.c -o try -L LIBRARIES -lonnxruntime -lm
   LD_LIBRARY_PATH=LIBRARIES ./try FILE.onnx OUTPUT SeqConv.OnnxOperators.so N T */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "onnxruntime_c_api.h"

static const OrtApi* api;

static void check(OrtStatus* status)
{
    if (status == NULL)
        return;
    fprintf(stderr, "%s\n", api->GetErrorMessage(status));
    exit(1);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

/* The values of the output, and the least seconds of 20 calls. */
static float* score(OrtEnv* env, const char* file, const char* name_of_output, const char* library,
    float* series, int64_t* shape, size_t* count, double* least)
{
    OrtSessionOptions* options;
    OrtSession* session;
    OrtMemoryInfo* memory;
    OrtAllocator* allocator;
    OrtValue* input;
    char* name;
    check(api->CreateSessionOptions(&options));
    check(api->SetIntraOpNumThreads(options, 1));
    if (library != NULL)
        check(api->RegisterCustomOpsLibrary_V2(options, library));
    check(api->CreateSession(env, file, options, &session));
    check(api->GetAllocatorWithDefaultOptions(&allocator));
    check(api->SessionGetInputName(session, 0, allocator, &name));
    check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
    check(api->CreateTensorWithDataAsOrtValue(memory, series, shape[0] * shape[1] * sizeof(float), shape, 2,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &input));
    const char* inputs[] = { name };
    const char* outputs[] = { name_of_output };
    float* copy = NULL;
    *least = 1e9;
    for (int i = 0; i < 20; i++)
    {
        OrtValue* output = NULL;
        double start = seconds();
        check(api->Run(session, NULL, inputs, (const OrtValue* const*)&input, 1, outputs, 1, &output));
        double taken = seconds() - start;
        if (taken < *least)
            *least = taken;
        OrtTensorTypeAndShapeInfo* info;
        float* values;
        check(api->GetTensorTypeAndShape(output, &info));
        check(api->GetTensorShapeElementCount(info, count));
        check(api->GetTensorMutableData(output, (void**)&values));
        if (copy == NULL)
        {
            copy = malloc(*count * sizeof(float));
            memcpy(copy, values, *count * sizeof(float));
        }

        api->ReleaseTensorTypeAndShapeInfo(info);
        api->ReleaseValue(output);
    }

    api->ReleaseValue(input);
    api->ReleaseSession(session);
    api->ReleaseSessionOptions(options);
    return copy;
}

int main(int argc, char** argv)
{
    if (argc != 6)
    {
        fprintf(stderr, "usage: try FILE.onnx OUTPUT LIBRARY N T\n");
        return 2;
    }

    api = OrtGetApiBase()->GetApi(17);
    OrtEnv* env;
    check(api->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "try", &env));
    int64_t shape[] = { atoi(argv[4]), atoi(argv[5]) };
    float* series = malloc(shape[0] * shape[1] * sizeof(float));
    for (int64_t i = 0; i < shape[0] * shape[1]; i++)
        series[i] = roundf(10 * sinf(i * .37f) + 3 * sinf(i * .011f)) / 10;
    size_t count, count_body;
    double operators, body;
    float* with = score(env, argv[1], argv[2], argv[3], series, shape, &count, &operators);
    float* without = score(env, argv[1], argv[2], NULL, series, shape, &count_body, &body);
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        different += memcmp(&with[i], &without[i], sizeof(float)) != 0;
    printf("ONNX Runtime %s: %zu values, %zu differ; operators %.3f ms, bodies %.3f ms\n", OrtGetApiBase()->GetVersionString(),
        count, different, operators * 1e3, body * 1e3);
    return count != count_body || different != 0;
}
