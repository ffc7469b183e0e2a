using System.Reflection;
using System.Reflection.Emit;

namespace Microsoft.ML.SeqConv.TestKit.Architecture;

/// <summary>What the types of a compiled assembly use: read from signatures, attributes and instructions.</summary>
public static class CompiledUses
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>
    /// The types and members that a type uses, each as it is defined: without type arguments. An override uses the
    /// member that it overrides.
    /// </summary>
    /// <exception cref="MissingMemberException">A member in use does not exist; the message names it.</exception>
    /// <exception cref="TypeLoadException">A type in use does not exist; the message names it.</exception>
    public static HashSet<MemberInfo> Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var uses = new HashSet<MemberInfo>();
        Add(uses, type.BaseType);
        AddAll(uses, type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []));
        AddAll(uses, Constraints(type.GetGenericArguments()));
        AddAttributes(uses, type);
        foreach (FieldInfo field in type.GetFields(Declared))
        {
            Add(uses, field.FieldType);
            AddAttributes(uses, field);
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
            AddAttributes(uses, property);
        foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            AddMethod(uses, type, method);
        return uses;
    }

    /// <summary>The types that the attributes of an assembly use.</summary>
    public static HashSet<MemberInfo> OfAttributes(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var uses = new HashSet<MemberInfo>();
        AddAttributes(uses, assembly.GetCustomAttributesData());
        return uses;
    }

    private static void AddMethod(HashSet<MemberInfo> uses, Type type, MethodBase method)
    {
        AddAttributes(uses, method);
        AddAll(uses, method.GetParameters().Select(parameter => parameter.ParameterType));
        if (method is MethodInfo function)
        {
            Add(uses, function.ReturnType);
            AddAll(uses, Constraints(function.GetGenericArguments()));
            MethodInfo first = function.GetBaseDefinition();
            if (first != function)
                Add(uses, first);
        }

        if (method.GetMethodBody() is not { } body)
            return;
        AddAll(uses, body.LocalVariables.Select(variable => variable.LocalType));
        AddAll(uses, body.ExceptionHandlingClauses
            .Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)
            .Select(clause => clause.CatchType!));
        Type[] typeArguments = type.GetGenericArguments();
        Type[] methodArguments = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        foreach (int token in Tokens(body.GetILAsByteArray()!))
            Add(uses, type.Module.ResolveMember(token, typeArguments, methodArguments));
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

    private static void AddAttributes(HashSet<MemberInfo> uses, MemberInfo member)
        => AddAttributes(uses, member.GetCustomAttributesData());

    private static void AddAttributes(HashSet<MemberInfo> uses, IEnumerable<CustomAttributeData> attributes)
    {
        foreach (CustomAttributeData attribute in attributes)
        {
            Add(uses, attribute.Constructor);
            AddAll(uses, attribute.ConstructorArguments.Select(argument => argument.Value).OfType<Type>());
        }
    }

    private static void AddAll(HashSet<MemberInfo> uses, IEnumerable<Type> types)
    {
        foreach (Type type in types)
            Add(uses, type);
    }

    private static void Add(HashSet<MemberInfo> uses, MemberInfo? member)
    {
        switch (member)
        {
            case null:
                return;
            case Type { HasElementType: true } composite:
                Add(uses, composite.GetElementType());
                return;
            case Type { IsGenericParameter: true }:
                return;
            case Type { IsConstructedGenericType: true } constructed:
                AddAll(uses, constructed.GetGenericArguments());
                Add(uses, constructed.GetGenericTypeDefinition());
                return;
            case Type:
                uses.Add(member);
                return;
        }

        if (member is MethodInfo { IsGenericMethod: true } generic)
            AddAll(uses, generic.GetGenericArguments());
        Add(uses, member.DeclaringType);
        if (member.DeclaringType is { IsConstructedGenericType: true } || member is MethodInfo { IsGenericMethod: true })
            member = member.Module.ResolveMember(member.MetadataToken)!;
        uses.Add(member);
    }
}
