using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Tests.Upgrade;

/// <summary>
/// An instance of any serialized type with every member set to something that is not its default, and told as text: a value hangs
/// on its path alone, so a member that is added later changes no other.
/// </summary>
internal static class Sample
{
    public static object Of(Type type) => Value(type, SerializedTypes.Alias(type)!)!;

    /// <summary>Each leaf's path and value.</summary>
    public static SortedDictionary<string, string> Tell(object value)
    {
        var told = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Tell(value, "", told);
        return told;
    }

    private static object? Value(Type type, string path)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Value(underlying, path);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsArray)
            return Filled(Array.CreateInstance(type.GetElementType()!, 2), type.GetElementType()!, path);
        if (type.IsGenericType)
            return Generic(type, type.GetGenericArguments(), path);
        if (SerializedTypes.IsOurs(type))
            return Ours(type, path);
        var number = Number(path);
        return type switch
        {
            _ when type == typeof(string) || type == typeof(object) => path,
            _ when type == typeof(long) => number,
            _ when type == typeof(int) => (int)number,
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTime) => DateTime.UnixEpoch.AddSeconds(number),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(number),
            _ when type == typeof(StreamId) => StreamId.Create("user", "ada"),
            _ when type == typeof(SiloAddress) => SiloAddress.New(IPAddress.Loopback, 11_111, (int)number),
            _ when type == typeof(EventSequenceTokenV2) => new EventSequenceTokenV2(number, 1),
            _ => throw new NotSupportedException($"{nameof(Sample)} has no value for a {type}, at {path}. Give it one there."),
        };
    }

    private static object Ours(Type type, string path)
    {
        var made = type.IsAssignableTo(typeof(Exception)) ? Thrown(type, path) : RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in SerializedTypes.Members(type))
            member.Field.SetValue(made, Value(member.Type, $"{path}.{member.Name}"));
        return made;
    }

    private static object Thrown(Type type, string path) => type.GetConstructors()[0] is var constructor
        ? constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(Exception) ? null : Value(parameter.ParameterType, $"{path}.{parameter.Name}"))])
        : throw new InvalidOperationException();

    private static object Generic(Type type, Type[] of, string path)
    {
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(ImmutableArray<>))
            return Call(typeof(ImmutableArray), nameof(ImmutableArray.Create), of, Value(of[0].MakeArrayType(), path)!);
        if (definition == typeof(ImmutableDictionary<,>) || definition == typeof(Dictionary<,>))
        {
            var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(of))!;
            entries.Add(Value(of[0], path + "[key]")!, Value(of[1], path + "[value]"));
            return definition == typeof(Dictionary<,>)
                ? entries
                : Call(typeof(ImmutableDictionary), nameof(ImmutableDictionary.CreateRange), of, entries);
        }

        throw new NotSupportedException($"{nameof(Sample)} has no value for a {type}, at {path}. Give it one there.");
    }

    private static object Call(Type on, string name, Type[] of, object argument) => on.GetMethods()
        .Where(method => method.Name == name && method.GetGenericArguments().Length == of.Length && method.GetParameters().Length == 1)
        .Select(method => method.MakeGenericMethod(of))
        .First(method => method.GetParameters()[0].ParameterType is { IsByRefLike: false } takes && takes.IsInstanceOfType(argument))
        .Invoke(null, [argument])!;

    private static Array Filled(Array array, Type of, string path)
    {
        for (var i = 0; i < array.Length; i++)
            array.SetValue(Value(of, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")), i);
        return array;
    }

    private static long Number(string path)
    {
        long number = 7;
        foreach (var c in path)
            number = ((number * 31) + c) % 1_000_003;
        return number + 1;
    }

    private static void Tell(object? value, string path, SortedDictionary<string, string> told)
    {
        switch (value)
        {
            case null:
                told[path] = "null";
                break;
            case IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                    Tell(entry.Value, $"{path}[{entry.Key}]", told);
                break;
            case IEnumerable items and not string:
                var at = 0;
                foreach (var item in items)
                    Tell(item, $"{path}[{at++}]", told);
                break;
            case DateTime time:
                told[path] = time.ToString("O", CultureInfo.InvariantCulture);
                break;
            case Exception fault:
                told[path + ".Message"] = fault.Message;
                TellMembers(fault, path, told);
                break;
            case not Enum when SerializedTypes.IsOurs(value.GetType()):
                TellMembers(value, path, told);
                break;
            default:
                told[path] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                break;
        }
    }

    private static void TellMembers(object value, string path, SortedDictionary<string, string> told)
    {
        foreach (var member in SerializedTypes.Members(value.GetType()))
            Tell(member.Field.GetValue(value), $"{path}.{member.Name}", told);
    }
}
