namespace ChatOrleans.WebFront.Api.Description;

/// <summary>One way in which a call succeeds.</summary>
/// <param name="Schema">Name of the object in components.json; null where there is no body.</param>
internal sealed record AnswerOutcome(int Status, string? Schema, bool IsList, string Description);

/// <summary>A header of the answer.</summary>
internal sealed record AnswerHeader(string Name, string Description);

/// <summary>What a route says of itself beyond what its signature shows, read by <see cref="OutcomeDescriber"/>.</summary>
internal static class Outcomes
{
    public static TBuilder Answers<TBuilder>(
        this TBuilder route, string schema, string description, int status = StatusCodes.Status200OK)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnswerOutcome(status, schema, IsList: false, description));

    public static TBuilder AnswersList<TBuilder>(this TBuilder route, string schema, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new AnswerOutcome(StatusCodes.Status200OK, schema, IsList: true, description));

    public static TBuilder AnswersNothing<TBuilder>(
        this TBuilder route, string description, int status = StatusCodes.Status204NoContent)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnswerOutcome(status, Schema: null, IsList: false, description));

    public static TBuilder AnswersHeader<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnswerHeader(name, description));

    public static TBuilder Links<TBuilder>(this TBuilder route, params string[] relations)
        where TBuilder : IEndpointConventionBuilder =>
        route.AnswersHeader("Link", $"RFC 8288, where there is more. {string.Join("; ", relations)}.");

    public static TBuilder Describe<TBuilder>(this TBuilder route, string description)
        where TBuilder : IEndpointConventionBuilder => route.WithDescription(description);
}
