using ChatOrleans.Silo;

var builder = Host.CreateApplicationBuilder(ChatProcess.Quiet(args));
builder.UseChatSilo();

return await ChatProcess.Run(builder.Build());
