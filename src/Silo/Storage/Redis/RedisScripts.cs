namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>
/// What runs inside Redis, each as one step that nothing comes between. An owner is a hash of its head (<c>g</c> generation, and
/// <c>f</c>, <c>l</c> + track: first and last), one hash of rows per track, a hash of keys and the sorted set of their names.
/// </summary>
internal static class RedisScripts
{
    /// <summary>
    /// KEYS: head, keys, key names, then rows of tracks. ARGV: expected and new generation, then, each with its count before it:
    /// appends (position of the track's rows in KEYS, track, first, count, rows), replacements (position, track, index, row), trims
    /// (position, track, first), keys (key, 1 or 0, value). Answers nil, or why it refused and changed nothing.
    /// </summary>
    public const string Write = """
        local at = 0
        local function arg() at = at + 1; return ARGV[at] end
        local function text(n) return string.format('%.0f', n) end
        local head, todo, first, last = KEYS[1], {}, {}, {}
        local function run(...) todo[#todo + 1] = {...} end
        local function load(t)
          if not first[t] then
            first[t] = tonumber(redis.call('HGET', head, 'f' .. t) or 1)
            last[t] = tonumber(redis.call('HGET', head, 'l' .. t) or 0)
          end
        end

        local expected, generation = arg(), arg()
        local stored = redis.call('HGET', head, 'g') or '0'
        if stored ~= expected then return 'generation ' .. expected .. ' was expected, ' .. stored .. ' is stored' end

        for _ = 1, tonumber(arg()) do
          local rows, t, from, count = KEYS[tonumber(arg())], arg(), tonumber(arg()), tonumber(arg())
          load(t)
          if from ~= last[t] + 1 then return 'an append to track ' .. t .. ' at ' .. text(from) .. ' does not follow ' .. text(last[t]) end
          for i = from, from + count - 1 do run('HSET', rows, text(i), arg()) end
          last[t] = last[t] + count
        end
        for _ = 1, tonumber(arg()) do
          local rows, t, index = KEYS[tonumber(arg())], arg(), tonumber(arg())
          load(t)
          if index < first[t] or index > last[t] then return 'track ' .. t .. ' has no row ' .. text(index) end
          run('HSET', rows, text(index), arg())
        end
        for _ = 1, tonumber(arg()) do
          local rows, t, to = KEYS[tonumber(arg())], arg(), tonumber(arg())
          load(t)
          if to > last[t] + 1 then return 'track ' .. t .. ' cannot be trimmed to ' .. text(to) end
          for i = first[t], to - 1 do run('HDEL', rows, text(i)) end
          first[t] = math.max(first[t], to)
        end
        for _ = 1, tonumber(arg()) do
          local key, set, value = arg(), arg(), arg()
          if set == '1' then
            run('HSET', KEYS[2], key, value)
            run('ZADD', KEYS[3], 0, key)
          else
            run('HDEL', KEYS[2], key)
            run('ZREM', KEYS[3], key)
          end
        end

        for _, command in ipairs(todo) do redis.call(unpack(command)) end
        redis.call('HSET', head, 'g', generation)
        for t, value in pairs(first) do
          if last[t] > 0 then redis.call('HSET', head, 'f' .. t, text(value), 'l' .. t, text(last[t])) end
        end
        return nil
        """;

    /// <summary>KEYS: head, rows. ARGV: track, from, greatest number of rows and bytes. Answers the first index, then the rows.</summary>
    public const string Read = """
        local first = tonumber(redis.call('HGET', KEYS[1], 'f' .. ARGV[1]) or 1)
        local last = tonumber(redis.call('HGET', KEYS[1], 'l' .. ARGV[1]) or 0)
        local index, most, bytes = math.max(first, tonumber(ARGV[2])), tonumber(ARGV[3]), 0
        local found = { string.format('%.0f', index) }
        while index <= last and #found <= most and (#found == 1 or bytes < tonumber(ARGV[4])) do
          local row = redis.call('HGET', KEYS[2], string.format('%.0f', index))
          found[#found + 1] = row
          bytes = bytes + #row
          index = index + 1
        end
        return found
        """;

    /// <summary>KEYS: keys, key names. ARGV: lower and upper bound of names, greatest number. Answers name, value, name, value...</summary>
    public const string Scan = """
        local found = {}
        for _, name in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
          found[#found + 1] = name
          found[#found + 1] = redis.call('HGET', KEYS[1], name)
        end
        return found
        """;
}
