using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// Which members have not durably applied what is committed. It keeps one floor that holds for everybody, and positions of their
/// own only for those who are elsewhere, so it is empty at rest and costs nothing per message. Pure: the grain tells it the time
/// and makes the calls.
/// </summary>
/// <param name="floor">What everybody had acknowledged, but those behind.</param>
/// <param name="behind">Those who had not, and how far they were.</param>
public sealed class Outbox(Position floor, IEnumerable<KeyValuePair<UserId, Position>> behind)
{
    /// <summary>A member is a laggard after so many ticks (checkpoint intervals) without an acknowledgement.</summary>
    public const int PatienceTicks = 3;

    private readonly Dictionary<UserId, Position> _elsewhere = new(behind);
    private readonly Dictionary<UserId, Attempt> _attempts = [];
    private readonly Queue<Position> _recent = [];

    /// <summary>Everybody who is not behind has acknowledged this.</summary>
    public Position Floor { get; private set; } = floor;

    /// <summary>Members who have not acknowledged the floor, with how far they are.</summary>
    public IEnumerable<KeyValuePair<UserId, Position>> Behind => _elsewhere.Where(entry => !entry.Value.Covers(Floor));

    public bool IsAtRest(Position committed) => _elsewhere.Count == 0 && Floor == committed;

    public Position Acknowledged(UserId member) => _elsewhere.GetValueOrDefault(member, Floor);

    public void Acknowledge(UserId member, Position durable)
    {
        var position = Position.Max(Acknowledged(member), durable);
        if (position == Floor)
        {
            _elsewhere.Remove(member);
        }
        else
        {
            _elsewhere[member] = position;
        }
    }

    /// <summary>Somebody who has nothing to acknowledge any more.</summary>
    public void Forget(UserId member)
    {
        _elsewhere.Remove(member);
        _attempts.Remove(member);
    }

    /// <summary>
    /// One checkpoint interval has passed. Raises the floor to what was committed a few ticks ago and returns those who should
    /// have acknowledged it and have not, and whose next attempt is due.
    /// </summary>
    /// <param name="target">How far a recipient has to come, given the committed position: a former member only to their removal.</param>
    public List<UserId> Tick(
        Position committed, IEnumerable<UserId> recipients, Func<UserId, Position, Position> target, TimeSpan now, bool atOnce = false)
    {
        _recent.Enqueue(committed);
        while (_recent.Count > PatienceTicks + 1)
        {
            _recent.Dequeue();
        }

        var expected = atOnce ? committed : _recent.Count > PatienceTicks ? _recent.Peek() : Floor;
        var due = new List<UserId>();
        var positions = new List<(UserId, Position)>();
        foreach (var member in recipients)
        {
            var acknowledged = Acknowledged(member);
            if (acknowledged.Covers(target(member, expected)))
            {
                _attempts.Remove(member);
                acknowledged = Position.Max(acknowledged, expected);
            }
            else if (IsDue(member, now))
            {
                due.Add(member);
            }

            positions.Add((member, acknowledged));
        }

        Floor = Position.Max(Floor, expected);
        _elsewhere.Clear();
        foreach (var (member, position) in positions)
        {
            if (position != Floor)
            {
                _elsewhere[member] = position;
            }
        }

        return due;
    }

    private bool IsDue(UserId member, TimeSpan now)
    {
        var attempt = _attempts.GetValueOrDefault(member);
        if (now < attempt.Next)
        {
            return false;
        }

        _attempts[member] = new Attempt(attempt.Count + 1, now + Backoff.After(attempt.Count));
        return true;
    }

    private readonly record struct Attempt(int Count, TimeSpan Next);
}
