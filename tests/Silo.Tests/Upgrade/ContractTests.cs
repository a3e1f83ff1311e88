using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace ChatOrleans.Silo.Tests.Upgrade;

/// <summary>
/// Members of two versions run side by side during an upgrade, and every version reads what all before it have stored. So what is
/// serialized may only gain members, and these tests say when it did something else.
/// </summary>
public sealed class ContractTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void EveryType_HasAnAliasOfItsOwn()
    {
        var types = SerializedTypes.All.Concat(SerializedTypes.GrainInterfaces).ToList();
        Assert.All(types, type => Assert.True(SerializedTypes.Alias(type) is not null, $"{type} needs an [Alias]: without, its name is its contract."));
        Assert.Empty(types.GroupBy(SerializedTypes.Alias).Where(group => group.Count() > 1).Select(group => group.Key));
        foreach (var type in SerializedTypes.GrainInterfaces)
        {
            var methods = type.GetMethods();
            Assert.All(methods, method => Assert.True(SerializedTypes.Alias(method) is not null, $"{type}.{method.Name} needs an [Alias]."));
            Assert.Equal(methods.Length, methods.Select(SerializedTypes.Alias).Distinct().Count());
        }
    }

    [Fact]
    public void EveryMember_HasAnIdOfItsOwn()
    {
        foreach (var type in SerializedTypes.All)
        {
            var members = SerializedTypes.Members(type).ToList();
            Assert.All(members, member => Assert.True(
                member.Id is not null, $"{type}.{member.Name} needs an [Id]: without, it is not stored, or by its place among the others."));
            Assert.Equal(members.Count, members.Select(member => member.Id).Distinct().Count());
        }
    }

    [Fact]
    public void EveryType_IsAsItIsCheckedIn()
    {
        var types = SerializedTypes.All.Concat(SerializedTypes.GrainInterfaces).ToList();
        foreach (var type in types)
        {
            var alias = SerializedTypes.Alias(type)!;
            var (file, now) = (ContractFile.Read(alias), SerializedTypes.Lines(type));
            foreach (var line in file.Members.Where(line => !line.StartsWith("retired ", StringComparison.Ordinal)))
                Assert.True(now.Contains(line), $"{alias} has no '{line}' any more. Members of the version before send and store it. Keep it and give "
                    + $"what is new a new id, number or name; or, where no supported version has it, write 'retired ' before its line in {alias}.json.");
            foreach (var line in file.Members.Where(line => line.StartsWith("retired ", StringComparison.Ordinal) && !type.IsInterface))
                Assert.DoesNotContain(now, member => member.Split(' ')[0] == line.Split(' ')[1]);

            var added = now.Except(file.Members).ToList();
            if (added.Count > 0 && ContractFile.Adding)
                (file with { Members = [.. file.Members, .. added] }).Write(alias);
            else
                Assert.True(added.Count == 0, $"{alias} has a new '{added.FirstOrDefault()}'. {ContractFile.HowToAdd}");
        }

        Assert.Empty(ContractFile.Aliases.Except(types.Select(type => SerializedTypes.Alias(type)!)).Select(alias =>
            $"No type has the alias {alias} any more. Where no supported version stores or sends it, delete {alias}.json."));
    }

    [Fact]
    public void EveryType_IsReadAsEveryVersionWroteIt()
    {
        foreach (var type in SerializedTypes.All)
        {
            var alias = SerializedTypes.Alias(type)!;
            var (file, now) = (ContractFile.Read(alias), SerializedTypes.Lines(type));
            foreach (var sample in file.Samples)
            {
                Holds(sample, Row(type).Read(Convert.FromBase64String(sample.Row)), alias);
                Holds(sample, Row(typeof(object)).Read(Convert.FromBase64String(sample.Event)), alias);
            }

            if (file.Samples.Any(sample => !now.Except(sample.Members).Any()))
                continue;
            Assert.True(ContractFile.Adding, $"No bytes of {alias} as it now is are checked in. {ContractFile.HowToAdd}");
            var made = Sample.Of(type);
            var (row, sent) = (Row(type).Write(made), Row(typeof(object)).Write(made));
            (file with { Samples = [.. file.Samples, new ContractSample(now, Convert.ToBase64String(row), Convert.ToBase64String(sent), Sample.Tell(made))] }).Write(alias);
        }
    }

    [Fact]
    public void EveryType_WhenTheNextVersionAddedMembers_IsRead()
    {
        // What a member of the next version writes: two more fields, a number and bytes, before the end of the object.
        byte[] numberField = [0x01, (5 << 1) | 1];
        byte[] bytesField = [0x41, (3 << 1) | 1, 1, 2, 3];
        foreach (var type in SerializedTypes.All.Where(type => !type.IsEnum))
        {
            var made = Sample.Of(type);
            var row = Row(type).Write(made);
            byte[] next = [.. row[..^1], .. numberField, .. bytesField, row[^1]];
            Assert.Equal(Sample.Tell(made), Sample.Tell(Row(type).Read(next)));
        }
    }

    private static void Holds(ContractSample sample, object read, string alias)
    {
        var told = Sample.Tell(read);
        foreach (var (path, value) in sample.Values)
            Assert.True(told.TryGetValue(path, out var found) && found == value, $"{alias}{path} was stored as '{value}' and is read as '{told.GetValueOrDefault(path)}'.");
    }

    private Rows Row(Type type) => (Rows)Activator.CreateInstance(typeof(RowsOf<>).MakeGenericType(type), _services.GetRequiredService<Serializer>())!;

    private abstract class Rows
    {
        public abstract byte[] Write(object value);
        public abstract object Read(byte[] row);
    }

    private sealed class RowsOf<T>(Serializer serializer) : Rows
    {
        public override byte[] Write(object value) => serializer.SerializeToArray((T)value);
        public override object Read(byte[] row) => serializer.Deserialize<T>(row)!;
    }
}
