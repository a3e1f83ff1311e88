using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Rocks;

internal sealed class PendingLogWrite(LogWrite write) : PendingWrite
{
    public override Exception? Stage(RocksDatabase database, StagedWrites staged)
    {
        var owner = write.Owner;
        var head = staged.Heads.Find(owner) ?? database.Head(owner);
        if (LogRules.Next(head, write, out var conflict) is not { } next)
            return new LogConflictException(conflict!);

        // Within a batch the later entry wins: appends, then replacements, then trims.
        Span<byte> key = stackalloc byte[RocksKeys.MaxLength];
        foreach (var append in write.Appends)
        {
            var prefix = RocksKeys.Prefix(key, owner, (byte)append.Track);
            for (var i = 0; i < append.Rows.Length; i++)
                staged.Put(RocksKeys.Row(key, prefix, append.First + i), append.Rows[i].Span);
        }

        foreach (var replacement in write.Replacements)
        {
            var prefix = RocksKeys.Prefix(key, owner, (byte)replacement.Track);
            staged.Put(RocksKeys.Row(key, prefix, replacement.Index), replacement.Row.Span);
        }

        foreach (var trim in write.Trims)
            StageTrim(staged, owner, head[trim.Track], next[trim.Track].First);

        foreach (var entry in write.Keys)
            if (entry.Value is { } value)
                staged.Put(RocksKeys.Key(key, owner, entry.Key), value.Span);
            else
                staged.Delete(RocksKeys.Key(key, owner, entry.Key));

        if (!RocksHead.SameRow(head, next))
            StageHead(staged, owner, next);
        staged.Heads.Set(owner, next);
        return null;
    }

    private static void StageHead(StagedWrites staged, LogOwner owner, LogHead head)
    {
        Span<byte> key = stackalloc byte[RocksKeys.MaxLength];
        Span<byte> row = stackalloc byte[RocksHead.MaxLength];
        staged.Put(RocksKeys.Head(key, owner), RocksHead.Encode(row, head));
    }

    private static void StageTrim(StagedWrites staged, LogOwner owner, TrackBounds before, long first)
    {
        if (first <= before.First)
            return;
        Span<byte> from = stackalloc byte[RocksKeys.MaxLength];
        Span<byte> to = stackalloc byte[RocksKeys.MaxLength];
        var prefix = RocksKeys.Prefix(from, owner, (byte)before.Track);
        RocksKeys.Prefix(to, owner, (byte)before.Track);
        staged.DeleteRange(RocksKeys.Row(from, prefix, before.First), RocksKeys.Row(to, prefix, first));
    }
}
