namespace ChatOrleans.Silo.Storage;

/// <summary>The store cannot be opened. The message names the setting, the rule that it breaks and the fix.</summary>
public sealed class StorageStartException(string message, Exception? inner = null) : Exception(message, inner);
