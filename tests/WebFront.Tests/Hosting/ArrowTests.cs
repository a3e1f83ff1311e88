using System.Reflection;
using ChatOrleans.Conversations;
using ChatOrleans.Grains;
using ChatOrleans.Silo;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>WebFront knows Silo, Silo knows Grains, Grains knows Grains.Interfaces, and nobody looks the other way.</summary>
public sealed class ArrowTests
{
    private static readonly Assembly[] FromTop =
        [typeof(Program).Assembly, typeof(ChatSilo).Assembly, typeof(ChatLimits).Assembly, typeof(IConversationGrain).Assembly];

    [Fact]
    public void Assemblies_KnowOnlyThoseBelow()
    {
        for (var upper = 0; upper < FromTop.Length; upper++)
        {
            var known = FromTop[upper].GetReferencedAssemblies().Select(name => name.Name).ToHashSet();
            Assert.All(FromTop.Take(upper), above =>
                Assert.False(known.Contains(above.GetName().Name), $"{FromTop[upper].GetName().Name} knows {above.GetName().Name}."));
        }
    }

    [Fact]
    public void Interfaces_KnowNoHost() => Assert.DoesNotContain(
        FromTop[^1].GetReferencedAssemblies(), name => name.Name is "Orleans.Runtime" or "Microsoft.AspNetCore" or "RocksDbSharp");

    [Fact]
    public void SerializedTypes_HaveAnAliasAndExplicitIds()
    {
        var types = FromTop.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null && type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) is not true)
            .ToList();
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.True(type.GetCustomAttribute<AliasAttribute>() is not null, $"{type} has no [Alias]."));
        Assert.Equal(types.Count, types.Select(type => type.GetCustomAttribute<AliasAttribute>()!.Alias).Distinct().Count());
        Assert.All(types.Where(type => !type.IsEnum), type =>
        {
            var kept = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => field.GetCustomAttribute<NonSerializedAttribute>() is null).ToList();
            var ids = kept.Select(field => (Field: field, Id: IdOf(type, field))).ToList();
            Assert.All(ids, pair => Assert.True(pair.Id is not null, $"{type}.{pair.Field.Name} has no [Id]: it would be numbered by its place, or lost."));
            Assert.True(ids.Select(pair => pair.Id).Distinct().Count() == ids.Count, $"{type} uses an [Id] twice.");
        });
    }

    [Fact]
    public void GrainInterfaces_AndTheirMethods_HaveAnAlias()
    {
        var grains = FromTop.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).ToList();
        Assert.NotEmpty(grains);
        Assert.All(grains, grain => Assert.True(grain.GetCustomAttribute<AliasAttribute>() is not null, $"{grain} has no [Alias]."));
        Assert.All(grains.SelectMany(grain => grain.GetMethods().Where(method => method.DeclaringType == grain)),
            method => Assert.True(method.GetCustomAttribute<AliasAttribute>() is not null, $"{method.DeclaringType}.{method.Name} has no [Alias]."));
    }

    /// <summary>On the field, or on the property that the compiler made it for.</summary>
    private static uint? IdOf(Type type, FieldInfo field) => field.GetCustomAttribute<IdAttribute>()?.Id
        ?? type.GetProperty(field.Name.TrimStart('<').Split('>')[0], BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            ?.GetCustomAttribute<IdAttribute>()?.Id;
}
