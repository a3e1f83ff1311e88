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
        if (MetaText.Of(meta) is not { } text)
        {
            return null;
        }

        if (Encoding.UTF8.GetByteCount(text) > limits.MetaBytes)
        {
            throw ChatException.TooLarge($"meta has at most {limits.MetaBytes} bytes.");
        }

        return Depth(meta!.Value) <= limits.MetaDepth ? text
            : throw ChatException.Invalid($"meta is a JSON object, nested {limits.MetaDepth} deep at the most.");
    }

    private static int Depth(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => 1 + element.EnumerateObject().Select(property => Depth(property.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + element.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    /// <summary>The same for a repeat, and nobody else's: the sender is part of it.</summary>
    private static string AlertId(UserId sender, string? clientAlertId) => Convert.ToHexStringLower(clientAlertId is null
        ? RandomNumberGenerator.GetBytes(16)
        : SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{clientAlertId}")).AsSpan(0, 16));
}
