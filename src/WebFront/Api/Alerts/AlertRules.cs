using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatOrleans.Errors;
using ChatOrleans.Grains;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Api;

/// <summary>What an alert must be: pure checks, before anybody is told anything.</summary>
internal static class AlertRules
{
    public const int MostUsers = 1_000;

    /// <summary>The alert, and whom it goes to, each once. Throws ChatException: InvalidRequest, TooLarge.</summary>
    public static SystemAlert Check(AlertBody body, UserId sender, ChatLimits limits, out IReadOnlyCollection<UserId> users)
    {
        if (body.UserIds is not { IsDefaultOrEmpty: false, Length: <= MostUsers } ids)
        {
            throw ChatException.Invalid($"user_ids must name 1 to {MostUsers} users.");
        }

        users = ids.Select(UserIds.Parse).ToHashSet();
        var title = Text("title", body.Title, limits.TitleLength);
        var content = Text("content", body.Content, limits.TextLength);
        return new SystemAlert { AlertId = AlertId(sender, ClientIds.Check("client_alert_id", body.ClientAlertId, limits)), Title = title, Content = content, Meta = Meta(body.Meta, limits) };
    }

    private static string Text(string field, string? text, int most) => string.IsNullOrWhiteSpace(text)
        ? throw ChatException.Invalid($"An alert needs a {field} that is not blank.")
        : text.Length <= most ? text : throw ChatException.TooLarge($"{field} has at most {most} characters; this one has {text.Length}.");

    private static string? Meta(JsonElement? meta, ChatLimits limits)
    {
        var text = MetaText.Of(meta);
        MetaRules.Check(text, limits);
        return text;
    }

    /// <summary>The same for a repeat, and nobody else's: the sender is part of it.</summary>
    private static string AlertId(UserId sender, string? clientAlertId) => Convert.ToHexStringLower(clientAlertId is null
        ? RandomNumberGenerator.GetBytes(16)
        : SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{clientAlertId}")).AsSpan(0, 16));
}
