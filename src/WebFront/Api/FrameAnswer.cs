using System.Collections.Immutable;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Api;

/// <summary>An object of the contract as the body of an answer, encoded by the same code that encodes it in events.</summary>
internal sealed class FrameAnswer<TObject>(TObject value, int status = StatusCodes.Status200OK) : IResult
    where TObject : struct, IFrameObject
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var buffer = new FrameBuffer();
        FrameEncoder.Write(buffer, value);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = buffer.Written.Length;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(buffer.Written, httpContext.RequestAborted);
    }
}

internal static class Answer
{
    public static FrameAnswer<TObject> Of<TObject>(TObject value, int status = StatusCodes.Status200OK)
        where TObject : struct, IFrameObject => new(value, status);

    public static FrameAnswer<FrameList<TObject>> List<TObject>(ImmutableArray<TObject> items)
        where TObject : struct, IFrameObject => new(new FrameList<TObject>(items));
}
