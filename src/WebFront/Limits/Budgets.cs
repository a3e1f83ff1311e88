using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ChatOrleans.Errors;
using ChatOrleans.Grains;
using ChatOrleans.Ids;
using ChatOrleans.Silo.Observability;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Limits;

/// <summary>The budgets of all users who are here, and what is counted of refusals.</summary>
internal sealed class Budgets
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(UserId User, RateKind Kind), UserBudget> _budgets = new();
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly RateLimits _limits;
    private readonly Counter<long> _refused;
    private long _sweptAt;

    public Budgets(IGrainFactory grains, TimeProvider time, IOptions<RateLimits> limits, IMeterFactory meters)
    {
        (_grains, _time, _limits, _sweptAt) = (grains, time, limits.Value, time.GetTimestamp());
        _refused = meters.Create(ChatObservability.MeterName).CreateCounter<long>(
            "chat.rate_limited", "{refusal}", "Calls, commands and connections that were refused because there were too many.");
    }

    public UserBudget Of(UserId user, RateKind kind)
    {
        Sweep();
        return _budgets.TryGetValue((user, kind), out var budget)
            ? budget
            : _budgets.GetOrAdd((user, kind), new UserBudget(user, kind, _grains, _time));
    }

    /// <summary>Null where it may be done; otherwise when to come back.</summary>
    /// <param name="cost">More than the whole bucket is taken as the whole bucket: what is allowed at all must become possible.</param>
    public ValueTask<TimeSpan?> Spend(UserId user, RateKind kind, int cost) =>
        Of(user, kind).Spend(Math.Min(cost, kind == RateKind.Reads ? _limits.ReadBurst : _limits.CommandBurst));

    /// <summary>For what costs more than its call, once that is known. Throws ChatException: RateLimited.</summary>
    /// <param name="cost">More than the bucket holds beside the call itself is taken as that: see <see cref="Spend"/>.</param>
    public async ValueTask Charge(UserId user, int cost)
    {
        var possible = Math.Min(cost, _limits.CommandBurst - 1);
        if (possible > 0 && await Spend(user, RateKind.Commands, possible) is { } wait)
        {
            Refused("call");
            // The call costs again when it comes again.
            throw new ChatException(ErrorCode.RateLimited, TooOften, wait + TimeSpan.FromSeconds(1.0 / _limits.CommandsPerSecond));
        }
    }

    /// <summary>A refusal, whose wait is a little different for each, so that those who were refused together do not come back together.</summary>
    public Failure Refusal(TimeSpan wait, string what)
    {
        Refused(what);
        return new Failure(ErrorCode.RateLimited, TooOften, wait * (1 + (Random.Shared.NextDouble() / 2)));
    }

    public void Refused(string what) => _refused.Add(1, new KeyValuePair<string, object?>("what", what));

    private const string TooOften = "That was too much at once. Wait a moment.";

    private void Sweep()
    {
        var swept = Volatile.Read(ref _sweptAt);
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(swept, now) < Idle || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept)
        {
            return;
        }

        foreach (var (key, budget) in _budgets)
        {
            if (_time.GetElapsedTime(budget.UsedAt, now) > Idle)
            {
                _budgets.TryRemove(key, out _);
            }
        }
    }
}
