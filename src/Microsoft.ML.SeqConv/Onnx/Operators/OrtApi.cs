using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The functions of ONNX Runtime's C interface that operators need. In its table a function keeps its place in every
/// later version (onnxruntime_c_api.h, <c>struct OrtApi</c>). An address of an error is 0 where there is none.
/// </summary>
internal unsafe readonly struct OrtApi
{
    /// <summary>The version of the interface: that of ONNX Runtime 1.17, the first with <see cref="ParallelFor"/>.
    /// </summary>
    public const uint Version = 17;

    private const int FailCode = 1;

    // Places in the table, by the names of the functions there.
    private const int CreateStatus = 0;
    private const int GetErrorMessage = 2;
    private const int CreateCustomOpDomain = 26;
    private const int CustomOpDomainAdd = 27;
    private const int AddCustomOpDomain = 28;
    private const int GetTensorMutableData = 51;
    private const int GetDimensionsCount = 61;
    private const int GetDimensions = 62;
    private const int GetTensorTypeAndShape = 65;
    private const int KernelInfoGetAttributeString = 87;
    private const int KernelContextGetInput = 90;
    private const int KernelContextGetOutput = 91;
    private const int ReleaseStatus = 93;
    private const int ReleaseTensorTypeAndShapeInfo = 99;
    private const int KernelContextParallelFor = 274;

    private readonly void** _table;

    private OrtApi(void** table) => _table = table;

    /// <summary>Asks the interface for its functions.</summary>
    /// <param name="apiBase">What <c>OrtGetApiBase</c> returns.</param>
    /// <returns><see langword="null"/> where ONNX Runtime is older.</returns>
    public static OrtApi? Of(void* apiBase)
    {
        void** functions = ((delegate* unmanaged<uint, void**>)((void**)apiBase)[0])(Version);
        return functions is null ? null : new OrtApi(functions);
    }

    /// <summary>The version of ONNX Runtime.</summary>
    /// <param name="apiBase">What <c>OrtGetApiBase</c> returns.</param>
    public static string? VersionOf(void* apiBase)
        => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)((void**)apiBase)[1])());

    /// <summary>Makes an error of ONNX Runtime.</summary>
    public void* CreateError(Exception error)
    {
        fixed (byte* message = CString(error.Message))
            return ((delegate* unmanaged<int, byte*, void*>)_table[CreateStatus])(FailCode, message);
    }

    /// <summary>Makes a set of operators.</summary>
    public void* CreateDomain(byte* name)
    {
        void* domain;
        Check(((delegate* unmanaged<byte*, void**, void*>)_table[CreateCustomOpDomain])(name, &domain));
        return domain;
    }

    /// <summary>Adds an operator to a set, which keeps its address.</summary>
    public void AddOperator(void* domain, void* customOperator)
        => Check(((delegate* unmanaged<void*, void*, void*>)_table[CustomOpDomainAdd])(domain, customOperator));

    /// <summary>Adds a set of operators to the options of a session.</summary>
    public void AddDomain(void* sessionOptions, void* domain)
        => Check(((delegate* unmanaged<void*, void*, void*>)_table[AddCustomOpDomain])(sessionOptions, domain));

    /// <summary>The bytes of an attribute of a node.</summary>
    public byte[] Attribute(void* kernelInfo, string name)
    {
        var read = (delegate* unmanaged<void*, byte*, byte*, nuint*, void*>)_table[KernelInfoGetAttributeString];
        fixed (byte* key = CString(name))
        {
            nuint size = 0;
            Check(read(kernelInfo, key, null, &size));
            byte[] value = new byte[(int)size];
            fixed (byte* bytes = value)
                Check(read(kernelInfo, key, bytes, &size));
            return value[..^1];         // it ends with 0
        }
    }

    /// <summary>An input of a node.</summary>
    public void* Input(void* context, int index)
    {
        void* value;
        Check(((delegate* unmanaged<void*, nuint, void**,
            void*>)_table[KernelContextGetInput])(context, (nuint)index, &value));
        return value;
    }

    /// <summary>Makes an output of a node.</summary>
    public void* Output(void* context, int index, ReadOnlySpan<long> shape)
    {
        void* value;
        fixed (long* sizes = shape)
        {
            Check(((delegate* unmanaged<void*, nuint, long*, nuint, void**, void*>)_table[KernelContextGetOutput])(
                context, (nuint)index, sizes, (nuint)shape.Length, &value));
        }

        return value;
    }

    /// <summary>The shape of a tensor.</summary>
    public long[] ShapeOf(void* tensor)
    {
        void* info;
        Check(((delegate* unmanaged<void*, void**, void*>)_table[GetTensorTypeAndShape])(tensor, &info));
        try
        {
            nuint rank;
            Check(((delegate* unmanaged<void*, nuint*, void*>)_table[GetDimensionsCount])(info, &rank));
            long[] shape = new long[(int)rank];
            fixed (long* sizes = shape)
                Check(((delegate* unmanaged<void*, long*, nuint, void*>)_table[GetDimensions])(info, sizes, rank));
            return shape;
        }
        finally
        {
            ((delegate* unmanaged<void*, void>)_table[ReleaseTensorTypeAndShapeInfo])(info);
        }
    }

    /// <summary>The numbers of a tensor.</summary>
    public float* NumbersOf(void* tensor)
    {
        float* numbers;
        Check(((delegate* unmanaged<void*, float**, void*>)_table[GetTensorMutableData])(tensor, &numbers));
        return numbers;
    }

    /// <summary>Runs work on the session's threads, and waits for it.</summary>
    /// <param name="context">Of the node.</param>
    /// <param name="work">Is given <paramref name="state"/> and a number from 0.</param>
    /// <param name="count">How often.</param>
    /// <param name="state">For the work.</param>
    public void ParallelFor(void* context, delegate* unmanaged<void*, nuint, void> work, int count, void* state)
        => Check(((delegate* unmanaged<void*, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, void*>)
            _table[KernelContextParallelFor])(context, work, (nuint)count, 0, state));

    private static byte[] CString(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private void Check(void* error)
    {
        if (error is null)
            return;
        string? message = Marshal.PtrToStringUTF8(
            (nint)((delegate* unmanaged<void*, byte*>)_table[GetErrorMessage])(error));
        ((delegate* unmanaged<void*, void>)_table[ReleaseStatus])(error);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }
}
