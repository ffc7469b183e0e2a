using System.Runtime.InteropServices;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// An operator of ONNX Runtime that computes a featurizer with this library's code: [N, C, T] to [N, feature]. The
/// fields are those of <c>struct OrtCustomOp</c> in onnxruntime_c_api.h, up to version 16 of its interface, then our
/// own. Its methods are called by native code: what they throw becomes an error of ONNX Runtime.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FeaturizerOperator
{
    /// <summary>The attribute that holds the featurizer, see <see cref="FeaturizerBytes"/>.</summary>
    public const string ModelAttribute = "model";

    private const int StructVersion = 16;
    private const int FloatType = 1;

    private uint _version;
    private void* _createKernel;
    private delegate* unmanaged<FeaturizerOperator*, byte*> _getName;
    private delegate* unmanaged<FeaturizerOperator*, byte*> _getExecutionProvider;
    private delegate* unmanaged<FeaturizerOperator*, nuint, int> _getInputType;
    private delegate* unmanaged<FeaturizerOperator*, nuint> _getInputCount;
    private delegate* unmanaged<FeaturizerOperator*, nuint, int> _getOutputType;
    private delegate* unmanaged<FeaturizerOperator*, nuint> _getOutputCount;
    private void* _compute;
    private delegate* unmanaged<void*, void> _destroy;
    private delegate* unmanaged<FeaturizerOperator*, nuint, int> _getInputCharacteristic;
    private delegate* unmanaged<FeaturizerOperator*, nuint, int> _getOutputCharacteristic;
    private delegate* unmanaged<FeaturizerOperator*, nuint, int> _getInputMemory;
    private delegate* unmanaged<FeaturizerOperator*, int> _getMinVariadicInputs;
    private delegate* unmanaged<FeaturizerOperator*, int> _areVariadicInputsAlike;
    private delegate* unmanaged<FeaturizerOperator*, int> _getMinVariadicOutputs;
    private delegate* unmanaged<FeaturizerOperator*, int> _areVariadicOutputsAlike;
    private delegate* unmanaged<FeaturizerOperator*, void**, void*, void**, void*> _createKernelWithError;
    private delegate* unmanaged<void*, void*, void*> _computeWithError;

    private OrtApi _api;
    private byte* _name;
    private int _kind;

    /// <summary>Makes an operator. It lives as long as the process: sessions keep its address.</summary>
    /// <param name="api">ONNX Runtime.</param>
    /// <param name="name">The operator's name.</param>
    /// <param name="kind">The place of its featurizer in <see cref="FeaturizerBytes.Kinds"/>.</param>
    public static FeaturizerOperator* Create(OrtApi api, string name, int kind)
    {
        var made = (FeaturizerOperator*)NativeMemory.AllocZeroed((nuint)sizeof(FeaturizerOperator));
        made->_version = StructVersion;
        made->_getName = &GetName;
        made->_getExecutionProvider = &GetExecutionProvider;
        made->_getInputType = &GetType;
        made->_getOutputType = &GetType;
        made->_getInputCount = &GetCount;
        made->_getOutputCount = &GetCount;
        made->_destroy = &Destroy;
        made->_getInputCharacteristic = &GetZero;           // required
        made->_getOutputCharacteristic = &GetZero;
        made->_getInputMemory = &GetZero;                   // where the provider has its memory
        made->_createKernelWithError = &CreateKernel;
        made->_computeWithError = &Compute;
        made->_api = api;
        made->_name = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        made->_kind = kind;
        return made;
    }

    [UnmanagedCallersOnly]
    private static byte* GetName(FeaturizerOperator* self) => self->_name;

    // null: the CPU.
    [UnmanagedCallersOnly]
    private static byte* GetExecutionProvider(FeaturizerOperator* self) => null;

    [UnmanagedCallersOnly]
    private static int GetType(FeaturizerOperator* self, nuint index) => FloatType;

    [UnmanagedCallersOnly]
    private static nuint GetCount(FeaturizerOperator* self) => 1;

    [UnmanagedCallersOnly]
    private static int GetZero(FeaturizerOperator* self, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static void* CreateKernel(FeaturizerOperator* self, void** api, void* info, void** kernel)
    {
        try
        {
            SeriesFeaturizer featurizer = FeaturizerBytes.Read(
                FeaturizerBytes.Kinds[self->_kind], self->_api.Attribute(info, ModelAttribute));
            *kernel = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(new FeaturizerNode(self->_api, featurizer)));
            return null;
        }
        catch (Exception error)
        {
            return self->_api.CreateError(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void* Compute(void* kernel, void* context)
    {
        var node = (FeaturizerNode)GCHandle.FromIntPtr((nint)kernel).Target!;
        try
        {
            node.Compute(context);
            return null;
        }
        catch (Exception error)
        {
            return node.Api.CreateError(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(void* kernel) => GCHandle.FromIntPtr((nint)kernel).Free();
}
