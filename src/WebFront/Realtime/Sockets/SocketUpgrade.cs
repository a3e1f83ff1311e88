using Microsoft.AspNetCore.Http.Features;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>
/// Puts a <see cref="SocketStream"/> under the WebSocket that the platform is about to make, over HTTP/1.1 (upgrade) or HTTP/2
/// (extended CONNECT).
/// </summary>
internal sealed class SocketUpgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, TimeProvider time)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    /// <summary>Null until the upgrade was accepted.</summary>
    public SocketStream? Stream { get; private set; }

    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest == true;

    public bool IsExtendedConnect => connect?.IsExtendedConnect == true;

    public string? Protocol => connect?.Protocol;

    public static void Install(HttpContext context, TimeProvider time)
    {
        var features = context.Features;
        var ours = new SocketUpgrade(features.Get<IHttpUpgradeFeature>(), features.Get<IHttpExtendedConnectFeature>(), time);
        features.Set<IHttpUpgradeFeature>(ours);
        features.Set<IHttpExtendedConnectFeature>(ours);
        features.Set(ours);
    }

    public async Task<Stream> UpgradeAsync() => Stream = new SocketStream(await upgrade!.UpgradeAsync(), time);

    public async ValueTask<Stream> AcceptAsync() => Stream = new SocketStream(await connect!.AcceptAsync(), time);
}
