using ChatOrleans.Peers;

// What a team would build without us: a SignalR hub with groups; with --store redis a Redis backplane, with --store sqlite every
// message stored, synced, before it is sent on.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var signalR = builder.Services.AddSignalR().AddMessagePackProtocol();
switch (builder.Configuration["store"])
{
    case "redis":
        signalR.AddStackExchangeRedis(builder.Configuration["redis"]!);
        builder.Services.AddSingleton<IMessageStore, NoStore>();
        break;
    case "sqlite":
        builder.Services.AddSingleton<IMessageStore, SqliteStore>();
        break;
    default:
        builder.Services.AddSingleton<IMessageStore, NoStore>();
        break;
}

var app = builder.Build();
app.MapGet("/", () => "ready");
app.MapHub<PeerHub>("/hubs/chat");
await app.RunAsync();
