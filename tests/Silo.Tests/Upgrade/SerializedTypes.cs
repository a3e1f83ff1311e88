using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Tests.Upgrade;

/// <summary>What is stored or travels between members: our types with <c>[GenerateSerializer]</c> and our grain interfaces, by reflection.</summary>
internal static class SerializedTypes
{
    private static readonly Assembly[] s_assemblies =
    [
        typeof(Conversations.Message).Assembly, typeof(Grains.Logs.ILogStore).Assembly, typeof(ChatSilo).Assembly,
    ];

    public static ImmutableArray<Type> All { get; } =
        [.. Types(IsOurs)];

    public static ImmutableArray<Type> GrainInterfaces { get; } =
        [.. Types(type => type.IsInterface && type != typeof(IAddressable) && type.IsAssignableTo(typeof(IAddressable)))];

    /// <summary>Orleans' own types keep their own promises.</summary>
    public static bool IsOurs(Type type) => s_assemblies.Contains(type.Assembly) && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null;

    public static string? Alias(MemberInfo type) => type.GetCustomAttribute<AliasAttribute>()?.Alias;

    /// <summary>Every instance field that a type itself declares, with the property that it backs and its id, where it has one.</summary>
    public static IEnumerable<SerializedMember> Members(Type type) =>
        from field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !type.IsEnum
        let property = Backed(type, field)
        let id = field.GetCustomAttribute<IdAttribute>() ?? property?.GetCustomAttribute<IdAttribute>()
        orderby id?.Id
        select new SerializedMember(id?.Id, (property ?? (MemberInfo)field).Name, field);

    /// <summary>One line for each member, method or enum value: what must not change as long as members of both versions run.</summary>
    public static ImmutableArray<string> Lines(Type type)
    {
        if (type.IsInterface)
            return [.. type.GetMethods().Select(Line).Order(StringComparer.Ordinal)];
        return type.IsEnum
            ? [.. Enum.GetValues(type).Cast<object>().Select(value => $"{Convert.ToInt64(value, CultureInfo.InvariantCulture)} {value}")]
            : [.. Members(type).Select(member => $"{member.Id} {member.Name}: {Name(member.Type)}")];
    }

    /// <summary>A type's alias, else its own name, so that a renamed type with the same alias reads the same.</summary>
    public static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericType)
            return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        return Alias(type) ?? type.Name;
    }

    private static string Line(MethodInfo method) =>
        $"{Alias(method) ?? method.Name}({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))}): {Name(method.ReturnType)}";

    private static PropertyInfo? Backed(Type type, FieldInfo field) => field.Name.StartsWith('<') && field.Name.IndexOf('>', StringComparison.Ordinal) is var end and > 0
        ? type.GetProperty(field.Name[1..end], BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        : null;

    private static IEnumerable<Type> Types(Func<Type, bool> which) => s_assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true && which(type))
        .OrderBy(type => type.FullName, StringComparer.Ordinal);
}

internal sealed record SerializedMember(uint? Id, string Name, FieldInfo Field)
{
    public Type Type => Field.FieldType;
}
