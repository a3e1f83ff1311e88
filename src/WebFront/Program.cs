using ChatOrleans.WebFront.Auth;

var builder = WebApplication.CreateBuilder(args);
builder.AddChatAuthentication();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapDevelopmentTokens();
app.Run();
