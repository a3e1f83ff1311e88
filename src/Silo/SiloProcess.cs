namespace ChatOrleans.Silo;

/// <summary>A member without a web server, for more room for grains. Named so that the web front's Program stays the only one of that name.</summary>
internal static class SiloProcess
{
    private static Task<int> Main(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(ChatProcess.Quiet(args));
        builder.UseChatSilo();
        return ChatProcess.Run(builder.Build);
    }
}
