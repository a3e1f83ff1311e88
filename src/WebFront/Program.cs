using ChatOrleans.Silo;
using ChatOrleans.Silo.Observability;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Canary;
using ChatOrleans.WebFront.Hosting;
using ChatOrleans.WebFront.Limits;
using ChatOrleans.WebFront.Operator;
using ChatOrleans.WebFront.Realtime;

return await ChatProcess.Run(args, () =>
{
    var builder = WebApplication.CreateBuilder(WebHosting.Options(args));
    builder.UseChatSilo();
    builder.AddWebServer();
    builder.AddDoors();
    builder.AddChatAuthentication();
    builder.AddChatApi();
    builder.AddChatRealtime();
    builder.AddCanary();
    builder.AddOperator();

    var app = builder.Build();
    app.UseDoors();
    app.UseProblems();
    app.UseClientFiles();
    app.UseOperatorSession();
    app.UseAuthentication();
    app.UseAuthorization();
    app.UseCallCosts();

    app.MapDevelopmentTokens();
    app.MapChatApi();
    app.MapChatRealtime();
    app.MapOperations();
    app.MapOperator();
    return app;
});
