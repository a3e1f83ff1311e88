using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChatOrleans.WebFront.Api.Description;

/// <summary>The description as bytes, made when it is first asked for: whoever may ask has no token, and making it costs milliseconds and memory.</summary>
internal sealed class DescriptionText([FromKeyedServices(ApiDescription.Document)] IOpenApiDocumentProvider documents)
{
    private readonly Lock _gate = new();
    private Task<byte[]>? _made;

    public Task<byte[]> Read()
    {
        lock (_gate)
        {
            // The routes do not change once the server runs. What failed is tried again.
            return _made is { IsFaulted: false, IsCanceled: false } made ? made : _made = Make();
        }
    }

    private async Task<byte[]> Make()
    {
        // Not while the gate is held, and for all who ask: not cancelled with the one who asked first.
        await Task.Yield();
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        return text.ToArray();
    }
}
