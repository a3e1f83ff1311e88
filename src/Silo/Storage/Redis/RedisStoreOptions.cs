using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>Which Redis holds the data of a cluster; configuration section <c>Storage</c>.</summary>
public sealed class RedisStoreOptions
{
    public const string Section = StorageOptions.Section;

    /// <summary>
    /// StackExchange.Redis configuration, such as <c>redis-1:6379,password=...</c>. No default: a cluster that silently used a Redis
    /// of its own machine would be several clusters. A call has 10 s, or the milliseconds of its <c>asyncTimeout</c>.
    /// </summary>
    [Required(ErrorMessage = "Storage:Redis is empty. It says where Redis is. Set it to host:port, with further options after commas.")]
    public string Redis { get; set; } = "";

    /// <summary>What every key in Redis begins with. Default <c>chat</c>; change it where two clusters share one Redis.</summary>
    [RegularExpression("[A-Za-z0-9._-]{1,50}", ErrorMessage = "Storage:KeyPrefix must be 1 to 50 letters, digits, dots, dashes or underscores.")]
    public string KeyPrefix { get; set; } = "chat";

    /// <summary>
    /// Starts also where Redis may forget what it acknowledged. Default false: a message is durable before its sender is answered
    /// only with <c>appendonly yes</c>, <c>appendfsync always</c> and <c>maxmemory-policy noeviction</c>.
    /// </summary>
    public bool AcceptWeakDurability { get; set; }
}
