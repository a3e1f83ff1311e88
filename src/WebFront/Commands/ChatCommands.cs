namespace ChatOrleans.WebFront.Commands;

/// <summary>The door of this folder: what a client may ask for, whichever way it came in.</summary>
public static class ChatCommands
{
    public static IServiceCollection AddChatCommands(this IServiceCollection services) => services
        .AddSingleton<MessageCommands>()
        .AddSingleton<ReadCommands>()
        .AddSingleton<SyncCommands>()
        .AddSingleton<InspectionCommands>()
        .AddSingleton<DataCommands>()
        .AddSingleton<OperatorActs>()
        .AddSingleton<ConversationViews>();
}
