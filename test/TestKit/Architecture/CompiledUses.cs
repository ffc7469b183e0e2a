using System.Reflection;
using System.Reflection.Emit;

namespace Microsoft.ML.SeqConv.TestKit.Architecture;

/// <summary>
/// The types and members that a type uses, read from its compiled signatures, attributes and instructions. Each is
/// given as it is defined: without type arguments.
/// </summary>
public sealed class CompiledUses
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private readonly HashSet<MemberInfo> _named = [];
    private readonly HashSet<MemberInfo> _overridden = [];

    private CompiledUses()
    {
    }

    /// <summary>Types and members that are named: called, inherited, held, passed.</summary>
    public IReadOnlySet<MemberInfo> Named => _named;

    /// <summary>Members of base classes and interfaces that are overridden or implemented.</summary>
    public IReadOnlySet<MemberInfo> Overridden => _overridden;

    /// <summary>What a type uses.</summary>
    /// <exception cref="MissingMemberException">A member in use does not exist; the message names it.</exception>
    /// <exception cref="TypeLoadException">A type in use does not exist; the message names it.</exception>
    public static CompiledUses Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var uses = new CompiledUses();
        uses.Add(type.BaseType);
        uses.AddAll(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []));
        uses.AddAll(Constraints(type.GetGenericArguments()));
        uses.AddAttributes(type.GetCustomAttributesData());
        foreach (FieldInfo field in type.GetFields(Declared))
        {
            uses.Add(field.FieldType);
            uses.AddAttributes(field.GetCustomAttributesData());
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
            uses.AddAttributes(property.GetCustomAttributesData());
        foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            uses.AddMethod(type, method);
        if (type is { IsInterface: false, IsGenericTypeDefinition: false })
            uses.AddImplemented(type);
        return uses;
    }

    /// <summary>What the attributes of an assembly use.</summary>
    public static CompiledUses OfAttributes(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var uses = new CompiledUses();
        uses.AddAttributes(assembly.GetCustomAttributesData());
        return uses;
    }

    private void AddImplemented(Type type)
    {
        foreach (Type contract in type.GetInterfaces())
        {
            InterfaceMapping map = type.GetInterfaceMap(contract);
            for (int i = 0; i < map.InterfaceMethods.Length; i++)
            {
                if (map.TargetMethods[i]?.DeclaringType == type)
                    _overridden.Add(DefinitionOf(map.InterfaceMethods[i]));
            }
        }
    }

    private void AddMethod(Type type, MethodBase method)
    {
        AddAttributes(method.GetCustomAttributesData());
        AddAll(method.GetParameters().Select(parameter => parameter.ParameterType));
        if (method is MethodInfo function)
        {
            Add(function.ReturnType);
            AddAll(Constraints(function.GetGenericArguments()));
            MethodInfo first = function.GetBaseDefinition();
            if (first != function)
                _overridden.Add(DefinitionOf(first));
        }

        if (method.GetMethodBody() is not { } body)
            return;
        AddAll(body.LocalVariables.Select(variable => variable.LocalType));
        AddAll(body.ExceptionHandlingClauses
            .Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)
            .Select(clause => clause.CatchType!));
        Type[] typeArguments = type.GetGenericArguments();
        Type[] methodArguments = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        foreach (int token in Tokens(body.GetILAsByteArray()!))
            Add(type.Module.ResolveMember(token, typeArguments, methodArguments));
    }

    // The metadata tokens of types and members among the operands of instructions (ECMA-335 III.1.2).
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (int i = 0; i < code.Length;)
        {
            OpCode instruction = OpCodesByValue[code[i] == 0xFE ? (short)(0xFE00 | code[i + 1]) : code[i]];
            i += instruction.Size;
            if (instruction.OperandType is OperandType.InlineMethod or OperandType.InlineField
                or OperandType.InlineType or OperandType.InlineTok)
                yield return BitConverter.ToInt32(code, i);
            i += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, i)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Constraints(Type[] arguments)
        => arguments.Where(argument => argument.IsGenericParameter)
            .SelectMany(argument => argument.GetGenericParameterConstraints());

    private void AddAttributes(IEnumerable<CustomAttributeData> attributes)
    {
        foreach (CustomAttributeData attribute in attributes)
        {
            Add(attribute.Constructor);
            AddAll(attribute.ConstructorArguments.Select(argument => argument.Value).OfType<Type>());
        }
    }

    private void AddAll(IEnumerable<Type> types)
    {
        foreach (Type type in types)
            Add(type);
    }

    private void Add(MemberInfo? member)
    {
        switch (member)
        {
            case null:
                return;
            case Type { HasElementType: true } composite:
                Add(composite.GetElementType());
                return;
            case Type { IsGenericParameter: true }:
                return;
            case Type { IsConstructedGenericType: true } constructed:
                AddAll(constructed.GetGenericArguments());
                Add(constructed.GetGenericTypeDefinition());
                return;
            case Type:
                _named.Add(member);
                return;
        }

        if (member is MethodInfo { IsGenericMethod: true } generic)
            AddAll(generic.GetGenericArguments());
        Add(member.DeclaringType);
        _named.Add(DefinitionOf(member));
    }

    // The runtime makes the methods of arrays; they have no definition.
    private static MemberInfo DefinitionOf(MemberInfo member)
        => member.DeclaringType is { IsArray: true } ? member : member.Module.ResolveMember(member.MetadataToken)!;
}
