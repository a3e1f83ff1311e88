namespace ChatOrleans.Grains.Hosting;

/// <param name="Grains">Whether the chat's grains may live in this process.</param>
public sealed record HostedHere(bool Grains);
