using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// Every public type and member of the libraries has a summary, and every parameter a text. The compiler sees to the
/// first for types and most members (CS1591, an error here), and to the second only where one parameter has a text.
/// </summary>
public class ApiDocumentationTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData("Microsoft.ML.SeqConv.Kernels")]
    [InlineData("Microsoft.ML.SeqConv")]
    [InlineData("Microsoft.ML.SeqConv.Torch")]
    public void Public_members_and_their_parameters_are_documented(string assembly)
    {
        var texts = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml")).Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!);
        var missing = new List<string>();
        int members = 0;
        foreach (Type type in Assembly.Load(assembly).GetExportedTypes())
        {
            members++;
            XElement? text = texts.GetValueOrDefault($"T:{NameOf(type)}");
            if (!HasSummary(text))
                missing.Add($"T:{NameOf(type)}: summary");
            foreach (MemberInfo member in type.GetMembers(Declared).Where(IsPublic))
            {
                members++;
                missing.AddRange(Missing(member, texts, text));
            }
        }

        Assert.True(members > 100, $"{members} members were looked at.");
        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    private static IEnumerable<string> Missing(MemberInfo member, Dictionary<string, XElement> texts, XElement? ofType)
    {
        string id = IdOf(member);
        XElement? text = texts.GetValueOrDefault(id);
        if (text?.Element("inheritdoc") is not null)
            yield break;

        // The properties and the constructor of a positional record are its parameters, which its own text describes.
        bool isOfRecord = Describes(ofType, member.Name)
            || (member is ConstructorInfo constructor && constructor.GetParameters() is { Length: > 0 } all
                && all.All(parameter => Describes(ofType, parameter.Name)));
        if (isOfRecord)
            yield break;
        if (!HasSummary(text) && !(member is ConstructorInfo made && made.GetParameters().Length > 0))
            yield return $"{id}: summary";
        foreach (ParameterInfo parameter in (member as MethodBase)?.GetParameters() ?? [])
        {
            if (!Describes(text, parameter.Name))
                yield return $"{id}: {parameter.Name}";
        }
    }

    private static bool HasSummary(XElement? text)
        => text?.Element("inheritdoc") is not null || Says(text?.Element("summary"));

    private static bool Describes(XElement? text, string? parameter)
        => text is not null
            && text.Elements("param").Any(param => (string?)param.Attribute("name") == parameter && Says(param));

    // A reference alone, such as <see cref="X"/>, is a text.
    private static bool Says(XElement? text)
        => text is not null && text.Nodes()
            .Any(node => node is XElement || (node is XText words && !string.IsNullOrWhiteSpace(words.Value)));

    private static bool IsPublic(MemberInfo member)
    {
        if (member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
            || member.DeclaringType!.IsSubclassOf(typeof(MulticastDelegate)))
            return false;
        return member switch
        {
            ConstructorInfo constructor => IsPublic(constructor) && constructor.GetParameters().Length > 0,
            MethodInfo method => IsPublic(method)
                && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsPublic),
            FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
            EventInfo occasion => IsPublic(occasion.AddMethod!),
            _ => false,         // nested types are among the exported ones
        };
    }

    private static bool IsPublic(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // The names of the compiler's documentation files: C# language specification, annex D.4.2.
    private static string IdOf(MemberInfo member)
    {
        string kind = member switch { MethodBase => "M", PropertyInfo => "P", FieldInfo => "F", _ => "E" };
        string generic = member is MethodInfo { IsGenericMethodDefinition: true } method
            ? $"``{method.GetGenericArguments().Length}"
            : "";
        ParameterInfo[] parameters = member switch
        {
            MethodBase called => called.GetParameters(),
            PropertyInfo property => property.GetIndexParameters(),
            _ => []
        };
        string list = parameters.Length == 0
            ? ""
            : $"({string.Join(',', parameters.Select(parameter => NameOf(parameter.ParameterType)))})";
        string conversion = member is MethodInfo { Name: "op_Implicit" or "op_Explicit" } converted
            ? $"~{NameOf(converted.ReturnType)}"
            : "";
        return $"{kind}:{NameOf(member.DeclaringType!)}.{member.Name.Replace('.', '#')}{generic}{list}{conversion}";
    }

    private static string NameOf(Type type)
    {
        if (type.IsGenericParameter)
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (type.IsByRef)
            return NameOf(type.GetElementType()!) + "@";
        if (type.IsPointer)
            return NameOf(type.GetElementType()!) + "*";
        if (type.IsArray)
            return NameOf(type.GetElementType()!) + (type.GetArrayRank() == 1
                ? "[]"
                : $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        if (!type.IsConstructedGenericType)
            return type.FullName!.Replace('+', '.');

        // Each part of a nested name takes as many of the arguments as its mark says.
        Queue<Type> arguments = new(type.GetGenericArguments());
        IEnumerable<string> parts = type.GetGenericTypeDefinition().FullName!.Split('+')
            .Select(part => part.Split('`') is [string name, string count]
                ? $"{name}{{{Next(int.Parse(count, CultureInfo.InvariantCulture))}}}"
                : part);
        return string.Join('.', parts);

        string Next(int count) => string.Join(',', Enumerable.Range(0, count).Select(_ => NameOf(arguments.Dequeue())));
    }
}
