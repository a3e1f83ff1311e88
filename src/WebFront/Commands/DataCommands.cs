using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Jobs;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Commands;

/// <summary>Jobs on a user's data, and what an export has gathered.</summary>
public sealed class DataCommands(IGrainFactory grains)
{
    private const int ItemsPerRead = 256;

    public Task<DataJob> Start(DataJobKind kind, UserId user) => Of(kind, user).Start();

    /// <exception cref="ChatException">NotFound where there never was one.</exception>
    public async Task<DataJob> Status(DataJobKind kind, UserId user) =>
        await Of(kind, user).Status() ?? throw ChatException.NotFound("There is no such job. Begin one first.");

    public Task<DataJob?> Find(DataJobKind kind, UserId user) => Of(kind, user).Status();

    /// <summary>Writes one JSON object a line: <c>{"type":"user|conversation|message", ...}</c>, with the contract's object under its type's name.</summary>
    /// <exception cref="ChatException">NotFound before the export is finished; then nothing has been written.</exception>
    public async Task WriteExport(UserId user, Func<Task<Stream>> begin, CancellationToken cancellationToken)
    {
        var job = Of(DataJobKind.Export, user);
        var page = await job.Read(1, ItemsPerRead);
        var to = await begin();
        while (true)
        {
            using var buffer = new FrameBuffer();
            foreach (var item in page.Items)
            {
                var begun = buffer.Length;
                FrameEncoder.Write(buffer, new ExportLine(item));
                KeepToOneLine(buffer.At(begun, buffer.Length - begun));
                buffer.Write((byte)'\n');
            }

            await to.WriteAsync(buffer.Written, cancellationToken);
            if (page.Next is not { } next)
            {
                return;
            }

            page = await job.Read(next, ItemsPerRead);
        }
    }

    /// <summary>A meta that was kept as it was sent, as they once were, may hold line breaks; in JSON they are only ever space between.</summary>
    private static void KeepToOneLine(Span<byte> line)
    {
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
    }

    private IDataJobGrain Of(DataJobKind kind, UserId user) => grains.Reach<IDataJobGrain>(DataJobKeys.Of(kind, user));
}
