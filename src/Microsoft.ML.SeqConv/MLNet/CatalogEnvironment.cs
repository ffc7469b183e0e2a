using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>The environment behind a catalog: what a component registers with.</summary>
internal static class CatalogEnvironment
{
    public static IHostEnvironment Environment(this TransformsCatalog catalog)
        => CatalogUtils.GetEnvironment(catalog ?? throw new ArgumentNullException(nameof(catalog)));

    public static IHostEnvironment Environment(this TrainCatalogBase.CatalogInstantiatorBase catalog)
        => CatalogUtils.GetEnvironment(catalog ?? throw new ArgumentNullException(nameof(catalog)));

    public static IHostEnvironment Environment(this TrainCatalogBase catalog)
        => CatalogUtils.GetEnvironment(catalog ?? throw new ArgumentNullException(nameof(catalog)));

    public static IHostEnvironment Environment(this DataOperationsCatalog catalog)
        => CatalogUtils.GetEnvironment(catalog ?? throw new ArgumentNullException(nameof(catalog)));

    public static IHostEnvironment Environment(this ModelOperationsCatalog catalog)
        => CatalogUtils.GetEnvironment(catalog ?? throw new ArgumentNullException(nameof(catalog)));
}
