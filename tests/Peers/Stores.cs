using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ChatOrleans.Peers;

public interface IMessageStore
{
    /// <summary>Completes when the message is kept.</summary>
    ValueTask Add(PeerMessage message);
}

public sealed class NoStore : IMessageStore
{
    public ValueTask Add(PeerMessage message) => ValueTask.CompletedTask;
}

/// <summary>SQLite as one would tune it: one writer, a transaction for all that wait, synced to the disk.</summary>
public sealed class SqliteStore : IMessageStore, IDisposable
{
    private static readonly string[] _fields = ["$id", "$conversation", "$sender", "$text", "$at"];

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    private readonly Thread _writer;

    public SqliteStore()
    {
        _writer = new Thread(Write) { IsBackground = true, Name = "sqlite" };
        _writer.Start();
    }

    public ValueTask Add(PeerMessage message)
    {
        var waiting = new Waiting(message);
        _waiting.Writer.TryWrite(waiting);
        return new ValueTask(waiting.Task);
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _writer.Join();
    }

    private void Write()
    {
        using var connection = new SqliteConnection("Data Source=messages.db");
        connection.Open();
        using (var setup = connection.CreateCommand())
        {
            setup.CommandText = """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                CREATE TABLE IF NOT EXISTS messages (
                    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, conversation TEXT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL);
                """;
            setup.ExecuteNonQuery();
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO messages (id, conversation, sender, text, at) VALUES ($id, $conversation, $sender, $text, $at)";
        var parameters = _fields.Select(name => insert.Parameters.Add(new SqliteParameter(name, null))).ToArray();
        List<Waiting> group = [];
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            using (var transaction = connection.BeginTransaction())
            {
                insert.Transaction = transaction;
                while (group.Count < 1_000 && _waiting.Reader.TryRead(out var next))
                {
                    group.Add(next);
                    (parameters[0].Value, parameters[1].Value) = (next.Message.Id, next.Message.ConversationId);
                    (parameters[2].Value, parameters[3].Value) = (next.Message.SenderId, next.Message.Text);
                    parameters[4].Value = next.Message.Timestamp.Ticks;
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
            }

            group.ForEach(waiting => waiting.SetResult());
            group.Clear();
        }
    }

    private sealed class Waiting(PeerMessage message) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PeerMessage Message => message;
    }
}
