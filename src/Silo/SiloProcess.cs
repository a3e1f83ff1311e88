using ChatOrleans.Silo.Observability;

namespace ChatOrleans.Silo;

/// <summary>
/// A member without a way in for clients, for more room for grains; its web server tells of its health and its meters alone. Named
/// so that the web front's Program stays the only one of that name.
/// </summary>
internal static class SiloProcess
{
    private static Task<int> Main(string[] args) => ChatProcess.Run(args, () =>
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = ChatProcess.Quiet(args),
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.UseDefaultAddress("http://localhost:8001");
        builder.UseChatSilo();

        var app = builder.Build();
        app.MapOperations();
        return app;
    });
}
