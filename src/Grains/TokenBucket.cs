namespace ChatOrleans.Grains;

/// <summary>Fills at a steady rate up to its size; whoever takes leaves that much less. Not for several threads.</summary>
public sealed class TokenBucket
{
    private readonly double _perSecond;
    private readonly double _size;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _at;

    public TokenBucket(double perSecond, double size, TimeProvider time)
    {
        (_perSecond, _size, _time) = (perSecond, size, time);
        (_tokens, _at) = (size, time.GetTimestamp());
    }

    /// <summary>As many whole tokens as there are, at most so many.</summary>
    public int Take(int most)
    {
        Fill();
        var taken = (int)Math.Min(most, Math.Floor(_tokens));
        _tokens -= taken;
        return taken;
    }

    /// <summary>Tokens that were taken and not used.</summary>
    public void Return(int unused)
    {
        Fill();
        _tokens = Math.Min(_size, _tokens + Math.Max(0, unused));
    }

    /// <summary>How long until so many are there; a bucket that is smaller is waited for until it is full.</summary>
    public TimeSpan Until(int wanted)
    {
        Fill();
        return TimeSpan.FromSeconds(Math.Max(0, Math.Min(wanted, _size) - _tokens) / _perSecond);
    }

    private void Fill()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_size, _tokens + (_time.GetElapsedTime(_at, now).TotalSeconds * _perSecond));
        _at = now;
    }
}
