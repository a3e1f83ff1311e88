namespace ChatOrleans.WebFront.Operator;

/// <summary>The operator's page at <c>/operator</c>, which takes a token with the scope <c>chat:admin</c>.</summary>
public sealed record OperatorOptions
{
    public const string Section = "Operator";

    /// <summary>
    /// Mounts Orleans' own dashboard at <c>/operator/dashboard</c>. Default false: it measures every grain call, which costs, and every
    /// member must have it, which a silo without web has not.
    /// </summary>
    public bool Dashboard { get; set; }
}
