using ChatOrleans.Ids;
using ChatOrleans.Jobs;

namespace ChatOrleans.WebFront.Commands;

/// <summary>Notes in the log which operator used their rights on whose data or tokens: nothing else keeps that.</summary>
internal sealed partial class OperatorActs(ILogger<OperatorActs> log)
{
    [LoggerMessage(LogLevel.Information, "Operator {Actor} began {Kind} for user {User}.")]
    public partial void Began(UserId actor, DataJobKind kind, UserId user);

    [LoggerMessage(LogLevel.Information, "Operator {Actor} reads the export of user {User}.")]
    public partial void ReadsExport(UserId actor, UserId user);

    [LoggerMessage(LogLevel.Information, "Operator {Actor} revoked the tokens of user {User}.")]
    public partial void RevokedTokens(UserId actor, UserId user);
}
