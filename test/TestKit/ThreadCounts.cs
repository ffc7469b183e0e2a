using System.Collections;
using System.Reflection;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>
/// Finds the options of an estimator, and of those that it is made of, and sets their number of threads.
/// </summary>
internal static class ThreadCounts
{
    private const string Option = "NumberOfThreads";

    /// <returns>How many were set.</returns>
    public static int Set(object estimator, int threads)
        => Set(estimator, threads, new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static int Set(object? part, int threads, HashSet<object> seen)
    {
        if (part is null or string || !seen.Add(part))
            return 0;
        if (part is IEnumerable parts and (Array or IList))
            return parts.Cast<object?>().Sum(one => Set(one, threads, seen));
        if (!IsSearched(part.GetType()))
            return 0;
        int count = 0;
        if (part.GetType().GetProperty(Option) is { CanWrite: true } option && option.PropertyType == typeof(int?))
        {
            option.SetValue(part, threads);
            count++;
        }

        for (Type? type = part.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly;
            foreach (FieldInfo field in type.GetFields(own).Where(field => !field.FieldType.IsValueType))
                count += Set(field.GetValue(part), threads, seen);
        }

        return count;
    }

    private static bool IsSearched(Type type)
        => type.Assembly.GetName().Name!.StartsWith("Microsoft.ML.SeqConv", StringComparison.Ordinal)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Data.EstimatorChain<>));
}
